"""What the pages share: the session's few keys, cached resources, gates, texts and widgets. Import as `pages.shared.<name>`."""
