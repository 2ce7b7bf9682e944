"""What is open, shown, cropped, answered and chosen: objects with signals, and no widgets."""
