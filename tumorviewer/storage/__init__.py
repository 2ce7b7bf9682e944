"""What is remembered between two starts: answers, and the person's own labels. No Qt."""
