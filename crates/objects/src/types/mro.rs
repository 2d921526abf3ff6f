//! The method resolution order: C3 linearisation.

use super::Type;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// Linearises `cls` over `bases`: `cls`, then the merge of the bases' orders and the list of bases.
pub fn linearise(vm: &mut Vm, cls: Value, bases: &[Gc<Type>]) -> PyResult<Gc<Tuple>> {
    for (i, base) in bases.iter().enumerate() {
        if bases[..i].contains(base) {
            return Err(
                vm.type_error(format_args!("duplicate base class {}", base.name.get().text()))
            );
        }
    }
    let mut order = vm.root_vec()?;
    let pushed = order.push(cls);
    vm.grow(pushed)?;
    if let [only] = bases {
        for class in only.mro.get().items() {
            let pushed = order.push(*class);
            vm.grow(pushed)?;
        }
        return Tuple::from_slice(vm, order.as_slice());
    }
    // Each sequence with the position of its head; the last is the list of bases itself.
    let own: Vec<Value> = bases.iter().map(|b| Value::from(*b)).collect();
    let mut heads = vec![0usize; bases.len() + 1];
    let sequence = |i: usize| match bases.get(i) {
        Some(base) => base.mro.get().as_static_items(),
        None => own.as_slice(),
    };
    loop {
        let mut exhausted = true;
        let mut next = None;
        for i in 0..heads.len() {
            let Some(candidate) = sequence(i).get(heads[i]) else { continue };
            exhausted = false;
            let in_tail = (0..heads.len()).any(|j| {
                sequence(j).get(heads[j] + 1..).is_some_and(|tail| tail.contains(candidate))
            });
            if !in_tail {
                next = Some(*candidate);
                break;
            }
        }
        match next {
            Some(class) => {
                let pushed = order.push(class);
                vm.grow(pushed)?;
                for (i, head) in heads.iter_mut().enumerate() {
                    if sequence(i).get(*head) == Some(&class) {
                        *head += 1;
                    }
                }
            }
            None if exhausted => return Tuple::from_slice(vm, order.as_slice()),
            None => return Err(inconsistent(vm, &heads, sequence)),
        }
    }
}

fn inconsistent<'a>(
    vm: &mut Vm,
    heads: &[usize],
    sequence: impl Fn(usize) -> &'a [Value],
) -> crate::vm::Raised {
    let mut names: Vec<String> = Vec::new();
    let mut seen: Vec<Value> = Vec::new();
    for (i, head) in heads.iter().enumerate() {
        if let Some(class) = sequence(i).get(*head)
            && !seen.contains(class)
        {
            seen.push(*class);
            if let Some(class) = class.cast::<Type>() {
                names.push(class.name.get().text().to_string());
            }
        }
    }
    vm.type_error(format_args!(
        "Cannot create a consistent method resolution order (MRO) for bases {}",
        names.join(", ")
    ))
}
