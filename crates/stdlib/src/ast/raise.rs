//! Errors and warnings of parser and compiler as Python exceptions.

use compile::{ErrorKind as C, SourceError, Surrogates};
use heap::Gc;
use objects::def::TypeDef;
use objects::exceptions::{self, unicode};
use objects::str::Str;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use prim::text::Text;
use syntax::{ErrorKind as P, Location, Warning};

/// Issues a SyntaxWarning; turned into an error it becomes a SyntaxError at the same place.
pub fn warn(vm: &mut Vm, warning: &Warning, filename: Gc<Str>) -> PyResult<()> {
    let category = &exceptions::SYNTAX_WARNING;
    let text: Value = Str::new(vm, &warning.msg)?.into();
    let line = Value::from_len(usize::try_from(warning.lineno).unwrap_or(0));
    let warnings = (vm.hooks.import)(vm, "_warnings")?;
    let name = vm.intern("warn_explicit")?;
    let args = [text, category.object().into(), filename.into(), line];
    match vm.call_method(warnings, name, &args) {
        Ok(_) => Ok(()),
        Err(Raised) if vm.raised_matches(category) => {
            vm.clear_raised();
            let e = &warning.as_error;
            Err(raise_at(
                vm,
                &exceptions::SYNTAX_ERROR,
                &e.msg,
                e.location.clone(),
                filename,
                false,
            ))
        }
        Err(Raised) => Err(Raised),
    }
}

/// Raises an error of the parser or the compiler.
pub fn raise(vm: &mut Vm, e: &SourceError, filename: Gc<Str>) -> Raised {
    let (def, msg, location, bare) = match e {
        SourceError::Parse(e) => {
            let def = match e.kind {
                P::Syntax => &exceptions::SYNTAX_ERROR,
                P::IncompleteInput => &exceptions::INCOMPLETE_INPUT_ERROR,
                P::Indentation => &exceptions::INDENTATION_ERROR,
                P::Tab => &exceptions::TAB_ERROR,
                P::Memory => &exceptions::MEMORY_ERROR,
                P::UnicodeDecode => &exceptions::UNICODE_ERROR,
            };
            (def, e.msg.as_str(), e.location.clone(), false)
        }
        SourceError::Compile(e) => {
            if let Some(surrogates) = &e.surrogates {
                return not_encodable(vm, surrogates);
            }
            let def = match e.kind {
                C::Syntax => &exceptions::SYNTAX_ERROR,
                C::Recursion => &exceptions::RECURSION_ERROR,
                C::Memory => &exceptions::MEMORY_ERROR,
                C::Overflow => &exceptions::OVERFLOW_ERROR,
                C::UnicodeEncode => &exceptions::UNICODE_ERROR,
                C::System => &exceptions::SYSTEM_ERROR,
            };
            (def, e.msg.as_str(), e.location(), e.bare)
        }
    };
    raise_at(vm, def, msg, location, filename, bare)
}

/// UnicodeEncodeError about a string with lone surrogates.
fn not_encodable(vm: &mut Vm, surrogates: &Surrogates) -> Raised {
    let Some(text) = Text::from_bytes(&surrogates.text) else {
        return vm.system_error(format_args!("a string of the program is damaged"));
    };
    match Str::from_text(vm, text) {
        Ok(text) => {
            let at = surrogates.at.clone();
            unicode::encode_error(vm, "utf-8", text.into(), at, "surrogates not allowed")
        }
        Err(r) => r,
    }
}

fn raise_at(
    vm: &mut Vm,
    def: &'static TypeDef,
    msg: &str,
    location: Option<Location>,
    filename: Gc<Str>,
    bare: bool,
) -> Raised {
    match build(vm, def, msg, location, filename, bare) {
        Ok(r) | Err(r) => r,
    }
}

fn build(
    vm: &mut Vm,
    def: &'static TypeDef,
    msg: &str,
    location: Option<Location>,
    filename: Gc<Str>,
    bare: bool,
) -> PyResult<Raised> {
    let msg: Value = Str::new(vm, msg)?.into();
    let Some(at) = location else {
        let exception = vm.call(def.object().into(), &[msg])?;
        return Ok(vm.raise_value(exception));
    };
    let int = |i: i64| Value::small_int(i).unwrap_or(Value::NONE);
    let text = match at.text.or_else(|| line_of_file(filename, at.lineno)) {
        Some(t) => Str::new(vm, &t)?.into(),
        None => Value::NONE,
    };
    let place = [filename.into(), int(at.lineno), int(at.offset), text];
    if bare {
        let exception = vm.call(def.object().into(), &[msg])?;
        set_place(vm, exception, &place, at.end.map(|(line, offset)| [int(line), int(offset)]))?;
        return Ok(vm.raise_value(exception));
    }
    let details = match at.end {
        Some((line, offset)) => {
            let [a, b, c, d] = place;
            Tuple::from_slice(vm, &[a, b, c, d, int(line), int(offset)])?
        }
        None => Tuple::from_slice(vm, &place)?,
    };
    let exception = vm.call(def.object().into(), &[msg, details.into()])?;
    Ok(vm.raise_value(exception))
}

/// Sets the place of a SyntaxError.
fn set_place(
    vm: &mut Vm,
    exception: Value,
    place: &[Value],
    end: Option<[Value; 2]>,
) -> PyResult<()> {
    let end = end.unwrap_or([Value::NONE; 2]);
    let names = ["filename", "lineno", "offset", "text", "end_lineno", "end_offset"];
    for (name, value) in names.iter().zip(place.iter().chain(&end)) {
        let name = vm.intern(name)?;
        vm.setattr(exception, name, *value)?;
    }
    Ok(())
}

/// A line of the file that is being compiled: the compiler has forgotten the text by now. `None` if there is no such file.
fn line_of_file(filename: Gc<Str>, line: i64) -> Option<String> {
    let at = usize::try_from(line).ok()?.checked_sub(1)?;
    let bytes = std::fs::read(filename.text().as_str()?).ok()?;
    let line = bytes.split_inclusive(|&b| b == b'\n').nth(at)?;
    Some(String::from_utf8_lossy(line).into_owned())
}
