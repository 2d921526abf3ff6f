# `_opcode`.
import _opcode
out=[]
for op in range(-2, 270):
    for a in (None, 3):
        for j in (None,True,False):
            try: r=_opcode.stack_effect(op,a,jump=j)
            except BaseException as e: r=f'{type(e).__name__}: {e}'
            out.append((op,a,j,r))
import sys
print(out)
for f in (lambda:_opcode.stack_effect(5,jump=3), lambda:_opcode.stack_effect(), lambda:_opcode.stack_effect('a'), lambda: _opcode.stack_effect(5,'a'), lambda: _opcode.get_nb_ops(), lambda:_opcode.get_executor(code=1,offset=0), lambda:_opcode.get_executor(code=(lambda:0).__code__,offset=0), lambda:_opcode.get_specialization_stats(), lambda:_opcode.is_valid('a'), lambda:_opcode.ENABLE_SPECIALIZATION, lambda:_opcode.has_arg(opcode=5),lambda:_opcode.stack_effect.__text_signature__,lambda:_opcode.get_executor.__text_signature__):
    try: print(f())
    except BaseException as e: print(type(e).__name__,e)
for n in ('stack_effect','get_executor','get_nb_ops','get_specialization_stats'): print(repr(getattr(_opcode,n).__doc__))

for f in ('has_arg','has_const','has_name','has_jump','has_free','has_local','has_exc','is_valid'):
    print(f, [n for n in range(-3, 270) if getattr(_opcode, f)(n)])
print(_opcode.get_intrinsic1_descs(), _opcode.get_intrinsic2_descs(), _opcode.get_special_method_names())
