"""Reading exports: layouts as data, typed rows with rejects, and the last word on every order into the lake."""
