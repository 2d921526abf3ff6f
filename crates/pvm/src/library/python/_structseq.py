"""Struct sequences: tuples whose items have names, with fields beyond the visible ones as attributes."""


class _Field:
    __slots__ = ('index', '__name__', '__objclass__')

    def __init__(self, index, name):
        self.index = index
        self.__name__ = name

    def __get__(self, this, owner=None):
        if this is None:
            return self
        return tuple.__getitem__(this, self.index)

    def __set__(self, this, value):
        raise AttributeError('readonly attribute')

    def __repr__(self):
        return f"<member '{self.__name__}'>"


def make(module, name, fields, visible, constructible):
    fields = tuple(fields)
    full = f'{module}.{name}' if module != 'builtins' else name
    named = fields[:visible]
    hidden = fields[visible:]
    # Fields called "unnamed field" have a place but no attribute.
    unnamed = sum(field == 'unnamed field' for field in fields)

    def __new__(cls, sequence, dict={}):
        try:
            values = tuple(sequence)
        except TypeError:
            raise TypeError('constructor requires a sequence') from None
        if len(values) < visible:
            raise TypeError(f'{full}() takes {"an at least" if hidden else "a"} {visible}-sequence '
                            f'({len(values)}-sequence given)')
        if len(values) > len(fields):
            raise TypeError(f'{full}() takes {"an at most" if hidden else "a"} {len(fields)}-sequence '
                            f'({len(values)}-sequence given)')
        this = tuple.__new__(cls, values[:visible])
        rest = values[visible:]
        for i, field in enumerate(hidden):
            if i < len(rest):
                value = rest[i]
            else:
                value = dict.get(field)
            this.__dict__[field] = value
        return this

    def refuse(cls, *args, **kwargs):
        raise TypeError(f"cannot create '{full}' instances")

    def __repr__(self):
        items = ', '.join([f'{field}={value!r}' for field, value in zip(named, self)])
        return f'{full}({items})'

    def __reduce__(self):
        return type(self), (tuple(self), {field: getattr(self, field) for field in hidden})

    def __replace__(self, /, **changes):
        values = [changes.pop(field, getattr(self, field)) for field in fields]
        if changes:
            raise TypeError(f'Got unexpected field name(s): {list(changes)}')
        return type(self)(values)

    namespace = {
        '__module__': module,
        '__new__': __new__ if constructible else refuse,
        '__repr__': __repr__,
        '__reduce__': __reduce__,
        '__replace__': __replace__,
        '__match_args__': named,
        'n_fields': len(fields),
        'n_sequence_fields': visible,
        'n_unnamed_fields': unnamed,
    }
    if not hidden:
        namespace['__slots__'] = ()
    for index, field in enumerate(named):
        if field != 'unnamed field':
            namespace[field] = _Field(index, field)
    return type(name, (tuple,), namespace)
