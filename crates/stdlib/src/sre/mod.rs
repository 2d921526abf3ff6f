//! `_sre`: regular expressions. `re._compiler` makes lists of numbers of patterns; `program` translates them, `engine` matches.
//!
//! `charset` tests single characters, `subject` is the string that is searched; `pattern`, `matching`, `scanner` and `template`
//! are the types that Python code sees.

mod charset;
mod engine;
mod matching;
mod pattern;
mod program;
mod scanner;
mod subject;
mod template;

use heap::Gc;
use macros::pymodule;
use objects::list::List;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// `joiner.join(list)`
fn join(vm: &mut Vm, joiner: Value, list: Gc<List>) -> PyResult<Value> {
    let name = vm.intern("join")?;
    vm.call_method(joiner, name, &[list.into()])
}

/// The module.
#[pymodule(
    name = "_sre",
    types(
        super::pattern::Pattern,
        super::matching::Match,
        super::scanner::Scanner,
        super::template::Template
    )
)]
pub mod module {
    use super::charset::{ascii_lower, unicode_lower, unicode_upper};
    use super::pattern::Pattern;
    use super::program::{self, Program};
    use super::template::Template;
    use heap::Gc;
    use objects::bytes::buffer_of;
    use objects::dict::Dict;
    use objects::list::List;
    use objects::str::Str;
    use objects::tuple::Tuple;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    const MAGIC: i64 = 20_230_612;
    #[attr]
    const CODESIZE: i64 = 4;
    #[attr]
    const MAXREPEAT: i64 = program::MAX_REPEAT as i64;
    #[attr]
    const MAXGROUPS: i64 = program::MAX_GROUPS as i64;
    #[attr]
    fn copyright(_vm: &mut Vm) -> &'static str {
        " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB "
    }

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        crate::hidden::hide(vm, module, &["Pattern", "Match", "SRE_Scanner", "SRE_Template"])
    }

    #[function]
    fn getcodesize() -> i64 {
        CODESIZE
    }

    #[function]
    fn ascii_iscased(character: i32) -> bool {
        u8::try_from(character).is_ok_and(|c| c.is_ascii_alphabetic())
    }

    #[function]
    fn unicode_iscased(character: i32) -> bool {
        let c = character as u32;
        unicode_lower(c) != c || unicode_upper(c) != c
    }

    #[function]
    fn ascii_tolower(character: i32) -> i64 {
        ascii_lower(character as u32).into()
    }

    #[function]
    fn unicode_tolower(character: i32) -> i64 {
        unicode_lower(character as u32).into()
    }

    /// The numbers of a list.
    fn numbers(vm: &mut Vm, list: Gc<List>) -> PyResult<Vec<u32>> {
        let mut code = Vec::new();
        if code.try_reserve_exact(list.len()).is_err() {
            return Err(vm.memory_error());
        }
        let mut i = 0;
        while let Some(item) = list.get(i) {
            i += 1;
            let Some(number) = objects::int::plain(vm, item)? else {
                return Err(vm.type_error(format_args!("an integer is required")));
            };
            match objects::int::to_u64(number).map(u32::try_from) {
                Some(Ok(number)) => code.push(number),
                _ => {
                    return Err(vm.overflow_error(format_args!(
                        "regular expression code size limit exceeded"
                    )));
                }
            }
        }
        Ok(code)
    }

    #[function(sig = "($module, /, pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        vm: &mut Vm,
        pattern: Value,
        flags: i32,
        code: Gc<List>,
        groups: isize,
        groupindex: Gc<Dict>,
        indexgroup: Gc<Tuple>,
    ) -> PyResult<Gc<Pattern>> {
        let bytes = if pattern.is_none() {
            None
        } else if pattern.cast::<Str>().is_some() {
            Some(false)
        } else if buffer_of(vm, pattern)?.is_some() {
            Some(true)
        } else {
            return Err(vm.type_error(format_args!(
                "expected string or bytes-like object, got '{}'",
                objects::types::class_name(pattern)
            )));
        };
        let code = numbers(vm, code)?;
        let program = match u32::try_from(groups) {
            Ok(groups) => Program::new(&code, groups, bytes),
            Err(_) => Err(program::Invalid),
        };
        let Ok(program) = program else {
            return Err(vm.runtime_error(format_args!("invalid SRE code")));
        };
        Pattern::create(
            vm,
            pattern,
            flags.into(),
            bytes,
            groupindex,
            indexgroup,
            code.into(),
            Box::new(program),
        )
    }

    #[function(sig = "($module, pattern, template, /)")]
    fn template(vm: &mut Vm, pattern: Value, template: Value) -> PyResult<Gc<Template>> {
        let _ = pattern;
        Template::from_list(vm, template)
    }
}
