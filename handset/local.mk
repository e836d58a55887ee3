# handset/: see ARCHITECTURE.md
