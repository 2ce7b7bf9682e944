"""The head that phantoms are slices of: a model in three dimensions, in millimetres, all of it computed.

Every part is a formula of the place (x to the patient's left, y to the back, z up, the origin in the middle of the
brain), so that any plane can be cut, and neighbouring slices look like neighbours. Sizes and places are those of an
adult, as anatomy books state them, rounded.
"""
