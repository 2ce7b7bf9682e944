"""How the program looks: colours, marks, icons and figures, in one place."""
