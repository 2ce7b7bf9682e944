"""What a page is put together from: each piece knows its height at a width, and draws itself at a place."""
