# smsc/: see ARCHITECTURE.md
