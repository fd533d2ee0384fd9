"""The whole way from sound to e-mail on sample memos, in a data folder that is thrown away."""
