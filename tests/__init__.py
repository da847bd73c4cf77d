"""The tests of LAMIS; the tree mirrors `src/lamis/`."""
