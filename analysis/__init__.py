"""What is done with results: figures. ``sim`` never imports from here; only its command line does, when asked."""
