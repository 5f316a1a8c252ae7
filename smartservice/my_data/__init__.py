"""«Мои данные»: what is kept of a person, handed over as a file, and taken away."""
