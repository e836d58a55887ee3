# simsim/: see ARCHITECTURE.md
