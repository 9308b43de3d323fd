"""From a variant to text and HTML, for pages, cards and papers alike."""
