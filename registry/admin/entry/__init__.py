"""What entering needs besides fields: rows of a row, what does not apply, a printout, the visit before."""
