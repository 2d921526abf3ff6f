//! Evaluates simple Python expressions without an interpreter: literals, calls of builtin types, methods, subscripts.

use heap::Gc;
use objects::dict::Dict;
use objects::list::List;
use objects::set::Set;
use objects::slice::Slice;
use objects::str::Str;
use objects::types::core;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// A position in the text of an expression.
pub struct Evaluator<'t> {
    rest: &'t str,
}

impl<'t> Evaluator<'t> {
    /// The value of `text`.
    pub fn eval(vm: &mut Vm, text: &'t str) -> PyResult<Value> {
        let mut evaluator = Evaluator { rest: text };
        let value = evaluator.expression(vm)?;
        assert_eq!(evaluator.rest.trim(), "", "left over of {text}");
        Ok(value)
    }

    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> &'t str {
        self.skip();
        let end =
            self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn expression(&mut self, vm: &mut Vm) -> PyResult<Value> {
        let mut value = self.atom(vm)?;
        loop {
            if self.eat(".") {
                let name = vm.intern(self.word())?;
                assert!(self.eat("("), "a call at {}", self.rest);
                let arguments = self.list(vm, ")")?;
                let items = arguments.to_tuple(vm)?;
                value = vm.call_method(value, name, items.items())?;
            } else if self.eat("[") {
                let key = self.subscript(vm)?;
                value = vm.getitem(value, key)?;
            } else {
                return Ok(value);
            }
        }
    }

    /// Items up to `close`.
    fn list(&mut self, vm: &mut Vm, close: &str) -> PyResult<Gc<List>> {
        let list = List::new(vm)?;
        while !self.eat(close) {
            let item = self.expression(vm)?;
            list.push(vm, item)?;
            self.eat(",");
        }
        Ok(list)
    }

    fn subscript(&mut self, vm: &mut Vm) -> PyResult<Value> {
        let mut parts = [Value::NONE; 3];
        let mut at = 0;
        let mut is_slice = false;
        while !self.eat("]") {
            if self.eat(":") {
                (at, is_slice) = (at + 1, true);
            } else {
                parts[at] = self.expression(vm)?;
            }
        }
        let [start, stop, step] = parts;
        if is_slice { Ok(Slice::new(vm, start, stop, step)?.into()) } else { Ok(start) }
    }

    fn atom(&mut self, vm: &mut Vm) -> PyResult<Value> {
        self.skip();
        if self.eat("[") {
            return Ok(self.list(vm, "]")?.into());
        }
        if self.eat("(") {
            return Ok(self.list(vm, ")")?.to_tuple(vm)?.into());
        }
        if self.eat("{") {
            return self.braces(vm);
        }
        if self.eat("'") {
            let (text, rest) = self.rest.split_once('\'').expect("a closing quote");
            self.rest = rest;
            return Ok(Str::new(vm, text)?.into());
        }
        if self.rest.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            return self.number(vm);
        }
        let word = self.word();
        match word {
            "None" => return Ok(Value::NONE),
            "True" => return Ok(Value::TRUE),
            "False" => return Ok(Value::FALSE),
            _ => {}
        }
        let Some(def) = core::ALL.iter().map(|def| def()).find(|def| def.name == word) else {
            panic!("what is {word:?}?")
        };
        let class = Value::from(def.object());
        if !self.eat("(") {
            return Ok(class);
        }
        let arguments = self.list(vm, ")")?.to_tuple(vm)?;
        vm.call(class, arguments.items())
    }

    fn number(&mut self, vm: &mut Vm) -> PyResult<Value> {
        let end = self.rest[1..]
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .map_or(self.rest.len(), |i| i + 1);
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        match digits.parse::<i64>() {
            Ok(int) => objects::int::from_i64(vm, int),
            Err(_) if digits.contains('.') => {
                objects::float::from_f64(vm, digits.parse().expect("a float"))
            }
            Err(_) => {
                let text = Str::new(vm, digits)?;
                vm.call(core::INT().object().into(), &[text.into()])
            }
        }
    }

    fn braces(&mut self, vm: &mut Vm) -> PyResult<Value> {
        if self.eat("}") {
            return Ok(Dict::new(vm)?.into());
        }
        let first = self.expression(vm)?;
        if !self.eat(":") {
            let set = Set::new(vm)?;
            set.add(vm, first)?;
            while !self.eat("}") {
                self.eat(",");
                let item = self.expression(vm)?;
                set.add(vm, item)?;
                self.eat(",");
            }
            if set.len() < 3 {
                return Ok(set.into());
            }
            // The compiler makes a constant of three or more constant members, from which the set is filled; that order
            // differs from the order of single additions.
            let filled = Set::new(vm)?;
            filled.update(vm, set.into())?;
            return Ok(filled.into());
        }
        let dict = Dict::new(vm)?;
        let value = self.expression(vm)?;
        dict.set(vm, first, value)?;
        while !self.eat("}") {
            self.eat(",");
            let key = self.expression(vm)?;
            assert!(self.eat(":"), "a value at {}", self.rest);
            let value = self.expression(vm)?;
            dict.set(vm, key, value)?;
        }
        Ok(dict.into())
    }
}

/// `repr` of the value of `text`, or the exception it raises.
pub fn outcome(vm: &mut Vm, text: &str) -> String {
    let shown = Evaluator::eval(vm, text).and_then(|value| vm.repr(value));
    match shown {
        Ok(shown) => shown.text().to_string(),
        Err(_) => {
            let raised = vm.take_raised();
            let class = objects::types::class_name(raised).to_string();
            let message: Gc<Str> = vm.str_of(raised).expect("a message");
            format!("{class}: {}", message.text())
        }
    }
}
