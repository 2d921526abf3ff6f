//! Filling in `str.format` templates.

use super::markup::{self, Field, Markup, PathStep};
use super::{convert, format_value};
use crate::str::{Builder, Str};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use objects::args::KwArgs;
use prim::text::Text;

/// Fields may have fields in their specification, but not these again.
const DEPTH: usize = 2;

/// Where the values come from.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// The arguments of `str.format`.
    Call { args: &'a [Value], kwargs: KwArgs<'a> },
    /// The argument of `str.format_map`.
    Mapping(Value),
}

/// How the fields are numbered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

struct Renderer<'a> {
    source: Source<'a>,
    numbering: Numbering,
}

/// The template with its fields filled in.
pub(super) fn render(vm: &mut Vm, template: Gc<Str>, source: Source<'_>) -> PyResult<Gc<Str>> {
    let mut out = Builder::new();
    let mut renderer = Renderer { source, numbering: Numbering::Unknown };
    renderer.text(vm, template.text(), &mut out, DEPTH)?;
    out.finish(vm)
}

impl Renderer<'_> {
    fn text(&mut self, vm: &mut Vm, text: &Text, out: &mut Builder, depth: usize) -> PyResult<()> {
        if depth == 0 {
            return Err(vm.value_error(format_args!("Max string recursion exceeded")));
        }
        let mut markup = Markup::new(text);
        while let Some((literal, field)) = markup.next(vm)? {
            out.push(vm, literal)?;
            if let Some(field) = field {
                self.field(vm, field, out, depth)?;
            }
        }
        Ok(())
    }

    fn field(
        &mut self,
        vm: &mut Vm,
        field: Field<'_>,
        out: &mut Builder,
        depth: usize,
    ) -> PyResult<()> {
        let mut value = self.value(vm, field.name)?;
        if let Some(conversion) = field.conversion {
            let known = char::from_u32(conversion).unwrap_or('\0');
            value = match convert(vm, value, known)? {
                Some(text) => text.into(),
                None if (33..127).contains(&conversion) => {
                    return Err(
                        vm.value_error(format_args!("Unknown conversion specifier {known}"))
                    );
                }
                None => {
                    return Err(vm.value_error(format_args!(
                        "Unknown conversion specifier \\x{conversion:x}"
                    )));
                }
            };
        }
        let spec = if field.nested {
            let mut spec = Builder::new();
            self.text(vm, field.spec, &mut spec, depth - 1)?;
            spec.finish(vm)?
        } else {
            Str::from_text(vm, field.spec)?
        };
        let shown = format_value(vm, value, spec.into())?;
        out.push(vm, shown.text())
    }

    /// The value of the field called `name`.
    fn value(&mut self, vm: &mut Vm, name: &Text) -> PyResult<Value> {
        let first = markup::first_part(name);
        let number = markup::number(vm, first)?;
        let index = match (first.is_empty(), number, self.numbering) {
            (true, _, Numbering::Manual) => {
                return Err(vm.value_error(format_args!(
                    "cannot switch from manual field specification to automatic field numbering"
                )));
            }
            (true, _, Numbering::Automatic(next)) => {
                self.numbering = Numbering::Automatic(next + 1);
                Some(next)
            }
            (true, _, Numbering::Unknown) => {
                self.numbering = Numbering::Automatic(1);
                Some(0)
            }
            (false, Some(_), Numbering::Automatic(_)) => {
                return Err(vm.value_error(format_args!(
                    "cannot switch from automatic field numbering to manual field specification"
                )));
            }
            (false, Some(index), _) => {
                self.numbering = Numbering::Manual;
                Some(index)
            }
            (false, None, _) => None,
        };
        let mut value = match index {
            Some(index) => self.positional(vm, index)?,
            None => self.named(vm, first)?,
        };
        markup::split_path(vm, name, |vm, step| {
            value = match step {
                PathStep::Attribute(attribute) => {
                    let attribute = crate::intern::intern_text(vm, attribute)?;
                    vm.getattr(value, attribute)?
                }
                PathStep::Index(index) => vm.getitem(value, Value::from_len(index))?,
                PathStep::Key(key) => {
                    let key = Str::from_text(vm, key)?;
                    vm.getitem(value, key.into())?
                }
            };
            Ok(())
        })?;
        Ok(value)
    }

    fn positional(&self, vm: &mut Vm, index: usize) -> PyResult<Value> {
        match self.source {
            Source::Mapping(_) => {
                Err(vm.value_error(format_args!("Format string contains positional fields")))
            }
            Source::Call { args, .. } => match args.get(index) {
                Some(value) => Ok(*value),
                None => Err(vm.index_error(format_args!(
                    "Replacement index {index} out of range for positional args tuple"
                ))),
            },
        }
    }

    fn named(&self, vm: &mut Vm, name: &Text) -> PyResult<Value> {
        match self.source {
            Source::Mapping(mapping) => {
                let name = Str::from_text(vm, name)?;
                vm.getitem(mapping, name.into())
            }
            Source::Call { kwargs, .. } => {
                match kwargs.iter().find(|(key, _)| key.text() == name) {
                    Some((_, value)) => Ok(value),
                    None => {
                        let name = Str::from_text(vm, name)?;
                        Err(vm.key_error(name.into()))
                    }
                }
            }
        }
    }
}
