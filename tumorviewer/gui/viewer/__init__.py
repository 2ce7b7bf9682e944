"""The scan on the screen: picture, crop, heat map, measures, and two of them side by side."""
