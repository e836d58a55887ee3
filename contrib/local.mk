# contrib/: see ARCHITECTURE.md
