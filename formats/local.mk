# formats/: see ARCHITECTURE.md
