"""Laws that the merged schema keeps."""
