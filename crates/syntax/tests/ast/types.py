# type: ignore
x = 1 # type: int
def f(a, # type: int
      b=1, # type: str
      *c, # type: x
      **e # type: z
      ):
    # type: (...) -> None
    pass # type: ignore[x]
def g(): # type: () -> int
    pass
for x in y: # type: int
    pass
with a as b: # type: int
    pass
