//! What `sub` puts in the place of a match: a literal, a template with groups, or what a function returns.

use super::matching::Match;
use super::pattern::Pattern;
use super::subject::Search;
use crate::root::Root;
use heap::Gc;
use macros::pytype;
use objects::bytes::Bytes;
use objects::list::List;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// Literals and groups in turn.
#[pytype(name = "_sre.SRE_Template", doc = "", flags(NO_NEW), no_methods)]
pub struct Template {
    /// The parts: literals, empty ones too, at even places, group numbers between them.
    parts: Gc<Tuple>,
}

impl Template {
    /// A template of the list that `re._parser.parse_template` makes.
    pub fn from_list(vm: &mut Vm, list: Value) -> PyResult<Gc<Template>> {
        let parts = match list.cast::<List>() {
            Some(list) if list.len() % 2 == 1 => list.to_tuple(vm)?,
            _ => return Err(vm.type_error(format_args!("invalid template"))),
        };
        for (i, part) in parts.items().iter().enumerate() {
            let valid = match i % 2 {
                0 => part.cast::<Str>().is_some() || part.cast::<Bytes>().is_some(),
                _ => part.as_small_int().is_some_and(|i| i >= 0),
            };
            if !valid {
                return Err(vm.type_error(format_args!("invalid template")));
            }
        }
        Template::create(vm, parts)
    }

    /// The literal, if there are no groups.
    fn literal(&self) -> Option<Value> {
        if self.parts.len() == 1 { self.parts.get(0) } else { None }
    }

    /// The text of the template for a match.
    pub fn expand(this: Gc<Self>, vm: &mut Vm, found: Gc<Match>) -> PyResult<Value> {
        if let Some(literal) = this.literal() {
            return Ok(literal);
        }
        let list = List::new(vm)?;
        for (i, part) in this.parts.items().iter().enumerate() {
            let part = match part.as_small_int() {
                Some(group) if i % 2 == 1 => Match::text(found, vm, group as usize, Value::NONE)?,
                _ => *part,
            };
            if !part.is_none() {
                list.push(vm, part)?;
            }
        }
        join_parts(vm, list)
    }
}

/// The parts joined by an empty string of their kind.
fn join_parts(vm: &mut Vm, list: Gc<List>) -> PyResult<Value> {
    let bytes = list.get(0).is_some_and(|p| p.cast::<Str>().is_none());
    let joiner: Value = if bytes { Bytes::empty().into() } else { Str::empty().into() };
    super::join(vm, joiner, list)
}

static COMPILE: Root = Root::new();

/// What matches are replaced by.
pub enum Replacement {
    /// Always the same.
    Literal(Value),
    /// Literals and groups.
    Template(Gc<Template>),
    /// What a function makes of the match.
    Function(Value),
}

impl Replacement {
    /// A replacement as it was given to `sub`.
    pub fn new(vm: &mut Vm, pattern: Gc<Pattern>, repl: Value) -> PyResult<Replacement> {
        if vm.is_callable(repl) {
            return Ok(Replacement::Function(repl));
        }
        let plain = match (repl.exact::<Str>(), repl.exact::<Bytes>()) {
            (Some(s), _) => !s.as_bytes().contains(&b'\\'),
            (_, Some(b)) => !b.as_slice().contains(&b'\\'),
            _ => false,
        };
        if plain {
            return Ok(Replacement::Literal(repl));
        }
        let compiled = Self::compile(vm, pattern, repl)?;
        Ok(match compiled.exact::<Template>() {
            Some(template) => match template.literal() {
                Some(literal) => Replacement::Literal(literal),
                None => Replacement::Template(template),
            },
            None if vm.is_callable(compiled) => Replacement::Function(compiled),
            None => Replacement::Literal(compiled),
        })
    }

    /// `re._compile_template(pattern, template)`
    pub fn compile(vm: &mut Vm, pattern: Gc<Pattern>, template: Value) -> PyResult<Value> {
        let function = COMPILE.get_or(vm, |vm| {
            let re = (vm.hooks.import)(vm, "re")?;
            vm.getattr_str(re, "_compile_template")
        })?;
        vm.call(function, &[pattern.into(), template])
    }

    /// Adds what the last match is replaced by.
    pub fn push(
        &self,
        vm: &mut Vm,
        pattern: Gc<Pattern>,
        search: &Search,
        list: Gc<List>,
    ) -> PyResult<()> {
        match self {
            Replacement::Literal(literal) => list.push(vm, *literal),
            Replacement::Function(function) => {
                let found = Match::new(vm, pattern, search, 0, isize::MAX)?;
                let text = vm.call(*function, &[found.into()])?;
                if text.is_none() { Ok(()) } else { list.push(vm, text) }
            }
            Replacement::Template(template) => {
                for (i, part) in template.parts.items().iter().enumerate() {
                    let group = part.as_small_int().filter(|_| i % 2 == 1);
                    let part = match group.map(|g| search.group(g as usize)) {
                        None => *part,
                        Some(None) => continue,
                        Some(Some(range)) => search.subject.slice(vm, range)?,
                    };
                    list.push(vm, part)?;
                }
                Ok(())
            }
        }
    }
}
