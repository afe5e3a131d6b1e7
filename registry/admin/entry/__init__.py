"""What is typed into a form: how it is read, kept as a draft and refused; rows of a row, printouts, the visit before."""
