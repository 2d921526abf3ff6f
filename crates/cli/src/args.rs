//! The command line, as `python3` reads it.

use pvm::Config;
use pvm::dump::Stage;
use std::ffi::OsString;

/// What is run.
pub enum Command {
    /// `-c TEXT`
    Text(String),
    /// `-m MODULE`
    Module(String),
    /// A script, a `.pyc` file, a directory or a zip archive.
    File(String),
    /// No argument, or `-`.
    Stdin,
}

/// What the command line asks for.
pub enum Invocation {
    /// Run a program.
    Run(Box<Run>),
    /// Print this and end.
    Print(String),
}

/// A program to run.
pub struct Run {
    /// The options.
    pub config: Config,
    /// The program.
    pub command: Command,
    /// `-X dump=…`
    pub dump: Option<Stage>,
}

const USAGE: &str = "\
usage: pvm [option] ... [-c cmd | -m mod | file | -] [arg] ...
Options (and corresponding environment variables):
-b     : issue warnings about converting bytes/bytearray to str (-bb: errors)
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (terminates option list)
-E     : ignore PYTHON* environment variables
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running script; also PYTHONINSPECT=x
-I     : isolate from the user's environment (implies -E, -P and -s)
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements; also PYTHONOPTIMIZE=x
-OO    : do -O changes and also discard docstrings
-P     : don't prepend a potentially unsafe path to sys.path; also PYTHONSAFEPATH
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE=x
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered
-v     : verbose (trace import statements)
-V     : print the version number and exit (also --version)
-W arg : warning control; also PYTHONWARNINGS=arg
-X opt : set implementation-specific option; of PVM:
         gc-stress=N[,SEED]  collect at about every Nth allocation
         gc-poison           overwrite freed memory
         gc-verify           check references from old to young objects
         gc-nursery=SIZE     bytes allocated between minor collections
         dump=STAGE          print tokens, ast, symtable, bytecode or regcode
file   : program read from script file
-      : program read from stdin (default; interactive mode if a tty)
arg ...: arguments passed to program in sys.argv[1:]
";

/// Reads the command line.
pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Invocation, String> {
    let mut words: Vec<String> = args.map(|a| a.to_string_lossy().into_owned()).collect();
    let executable = if words.is_empty() { String::new() } else { words.remove(0) };
    let mut parser = Parser { config: Config { executable, ..Config::default() }, dump: None };
    let mut rest = words.into_iter();
    let (command, argv) = loop {
        let Some(word) = rest.next() else { break (Command::Stdin, vec![String::new()]) };
        if word == "-" || !word.starts_with('-') {
            let command = if word == "-" { Command::Stdin } else { Command::File(word.clone()) };
            break (command, std::iter::once(word).chain(rest).collect());
        }
        match parser.option(&word, &mut rest)? {
            Next::Option => {}
            Next::Print(text) => return Ok(Invocation::Print(text)),
            Next::Command(command, name) => {
                break (command, std::iter::once(name).chain(rest).collect());
            }
        }
    };
    let mut config = parser.config;
    config.argv = argv;
    environment(&mut config);
    Ok(Invocation::Run(Box::new(Run { config, command, dump: parser.dump })))
}

enum Next {
    Option,
    Print(String),
    Command(Command, String),
}

struct Parser {
    config: Config,
    dump: Option<Stage>,
}

impl Parser {
    /// One word that begins with a dash: one or several letters, the last of which may take a value.
    fn option(
        &mut self,
        word: &str,
        rest: &mut impl Iterator<Item = String>,
    ) -> Result<Next, String> {
        match word {
            "--help" => return Ok(Next::Print(USAGE.to_owned())),
            "--version" => return Ok(Next::Print(version())),
            "--" => return Ok(Next::Option),
            _ if word.starts_with("--") => return Err(unknown(word)),
            _ => {}
        }
        let letters = &word[1..];
        for (at, letter) in letters.char_indices() {
            let attached = &letters[at + letter.len_utf8()..];
            let mut value = |name: &str| {
                if attached.is_empty() {
                    rest.next()
                        .ok_or_else(|| format!("Argument expected for the -{name} option\n{USAGE}"))
                } else {
                    Ok(attached.to_owned())
                }
            };
            match letter {
                'c' => {
                    return Ok(Next::Command(Command::Text(value("c")? + "\n"), "-c".to_owned()));
                }
                'm' => return Ok(Next::Command(Command::Module(value("m")?), "-m".to_owned())),
                'W' => {
                    self.config.warnings.push(value("W")?);
                    return Ok(Next::Option);
                }
                'X' => {
                    let option = value("X")?;
                    self.x_option(option)?;
                    return Ok(Next::Option);
                }
                'h' | '?' => return Ok(Next::Print(USAGE.to_owned())),
                'V' => return Ok(Next::Print(version())),
                _ => self.letter(letter)?,
            }
        }
        Ok(Next::Option)
    }

    fn letter(&mut self, letter: char) -> Result<(), String> {
        let c = &mut self.config;
        match letter {
            'b' => c.bytes_warning = c.bytes_warning.saturating_add(1),
            'B' => c.dont_write_bytecode = true,
            'd' | 'R' | 'x' => {}
            'E' => c.ignore_environment = true,
            'i' => {
                c.inspect = true;
                c.interactive = true;
            }
            'I' => {
                c.isolated = true;
                c.ignore_environment = true;
                c.no_user_site = true;
                c.safe_path = true;
            }
            'O' => c.optimize = (c.optimize + 1).min(2),
            'P' => c.safe_path = true,
            'q' => c.quiet = true,
            's' => c.no_user_site = true,
            'S' => c.no_site = true,
            'u' => c.unbuffered = true,
            'v' => c.verbose = c.verbose.saturating_add(1),
            _ => return Err(unknown(&format!("-{letter}"))),
        }
        Ok(())
    }

    fn x_option(&mut self, option: String) -> Result<(), String> {
        let (name, value) = option.split_once('=').unwrap_or((&option, ""));
        let heap = &mut self.config.heap;
        match name {
            "gc-stress" => {
                let (every, seed) = value.split_once(',').unwrap_or((value, "0"));
                let number = |text: &str| text.parse::<u64>().map_err(|_| bad_value(name, value));
                let every = number(every)?;
                if every == 0 {
                    return Err(bad_value(name, value));
                }
                heap.stress = Some((every, number(seed)?));
            }
            "gc-poison" => heap.poison = true,
            "gc-verify" => heap.verify = true,
            "gc-nursery" => {
                heap.nursery_bytes = Some(size(value).ok_or_else(|| bad_value(name, value))?)
            }
            "dump" => {
                self.dump = Some(Stage::from_name(value).ok_or_else(|| bad_value(name, value))?)
            }
            _ => {}
        }
        self.config.x_options.push(option);
        Ok(())
    }
}

/// `512K`, `4M`, `1G` or plain bytes.
fn size(text: &str) -> Option<usize> {
    let (digits, unit) = match text.as_bytes().last()? {
        b'K' | b'k' => (&text[..text.len() - 1], 10),
        b'M' | b'm' => (&text[..text.len() - 1], 20),
        b'G' | b'g' => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    digits.parse::<usize>().ok()?.checked_mul(1 << unit)
}

fn bad_value(name: &str, value: &str) -> String {
    format!("pvm: bad value '{value}' for -X {name}\n{USAGE}")
}

fn unknown(option: &str) -> String {
    format!("unknown option {option}\n{USAGE}")
}

fn version() -> String {
    format!("Python {} (PVM {})\n", pvm::PYTHON_VERSION, env!("CARGO_PKG_VERSION"))
}

/// Options that environment variables give, unless `-E` was given.
fn environment(config: &mut Config) {
    if config.ignore_environment {
        return;
    }
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    config.dont_write_bytecode |= set("PYTHONDONTWRITEBYTECODE");
    config.no_user_site |= set("PYTHONNOUSERSITE");
    config.unbuffered |= set("PYTHONUNBUFFERED");
    config.safe_path |= set("PYTHONSAFEPATH");
    config.inspect |= set("PYTHONINSPECT");
    if let Ok(text) = std::env::var("PYTHONOPTIMIZE")
        && !text.is_empty()
    {
        config.optimize = config.optimize.max(text.parse().unwrap_or(1)).min(2);
    }
    if let Ok(text) = std::env::var("PYTHONWARNINGS") {
        let given = std::mem::take(&mut config.warnings);
        config.warnings =
            text.split(',').filter(|w| !w.is_empty()).map(str::to_owned).chain(given).collect();
    }
}
