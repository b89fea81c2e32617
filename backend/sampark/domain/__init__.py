"""The nouns: frozen values and pure functions.

No input or output, no clock; imports nothing but `sampark.errors`.
"""
