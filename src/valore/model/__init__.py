"""The things Valore speaks of, and the shapes of its fact tables. Knows only `errors`."""
