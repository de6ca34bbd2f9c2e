"""A package, so that its Chromium and server end with its last test: Playwright's event loop meets no other test."""
