"""What follows a reader from page to page, and what all readers share."""
