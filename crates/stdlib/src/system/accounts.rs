//! `pwd` and `grp`: the databases of users and groups.
//!
//! The C functions hand out memory that the next call changes; all is copied before anything else runs.

use crate::structseq::StructSeq;
use macros::pymodule;
use objects::list::List;
use objects::str::Str;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::ffi::{CStr, CString};
use std::sync::Mutex;

static PASSWD: StructSeq = StructSeq::new(
    "pwd",
    "struct_passwd",
    &["pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"],
    7,
);
static GROUP: StructSeq =
    StructSeq::new("grp", "struct_group", &["gr_name", "gr_passwd", "gr_gid", "gr_mem"], 4);

/// One thread at a time asks.
static LOCK: Mutex<()> = Mutex::new(());

/// A user.
struct User {
    texts: [Vec<u8>; 5],
    uid: u32,
    gid: u32,
}

/// A group.
struct Group {
    name: Vec<u8>,
    password: Vec<u8>,
    gid: u32,
    members: Vec<Vec<u8>>,
}

/// # Safety
/// The pointer is null or points to a string that ends with a zero.
unsafe fn text(p: *const libc::c_char) -> Vec<u8> {
    if p.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(p) }.to_bytes().to_vec()
}

/// # Safety
/// The pointer is null or comes from a function of the database, called last by this thread under the lock.
unsafe fn user(p: *const libc::passwd) -> Option<User> {
    // SAFETY: the caller's promise.
    unsafe {
        let p = p.as_ref()?;
        Some(User {
            texts: [
                text(p.pw_name),
                text(p.pw_passwd),
                text(p.pw_gecos),
                text(p.pw_dir),
                text(p.pw_shell),
            ],
            uid: p.pw_uid,
            gid: p.pw_gid,
        })
    }
}

/// # Safety
/// As for [`user`].
unsafe fn group(p: *const libc::group) -> Option<Group> {
    // SAFETY: the caller's promise; the members end with a null pointer.
    unsafe {
        let p = p.as_ref()?;
        let (mut members, mut at) = (Vec::new(), p.gr_mem);
        while !at.is_null() && !(*at).is_null() {
            members.push(text(*at));
            at = at.add(1);
        }
        Some(Group { name: text(p.gr_name), password: text(p.gr_passwd), gid: p.gr_gid, members })
    }
}

fn locked<T>(f: impl FnOnce() -> T) -> T {
    let _guard = LOCK.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    f()
}

fn decoded(vm: &mut Vm, bytes: &[u8]) -> PyResult<Value> {
    crate::posix::module::from_bytes(vm, bytes)
}

fn number(id: u32) -> Value {
    if id == u32::MAX { Value::int32(-1) } else { Value::from_len(id as usize) }
}

fn user_value(vm: &mut Vm, user: &User) -> PyResult<Value> {
    let [name, password, gecos, dir, shell] = &user.texts;
    let values = [
        decoded(vm, name)?,
        decoded(vm, password)?,
        number(user.uid),
        number(user.gid),
        decoded(vm, gecos)?,
        decoded(vm, dir)?,
        decoded(vm, shell)?,
    ];
    PASSWD.make(vm, &values)
}

fn group_value(vm: &mut Vm, group: &Group) -> PyResult<Value> {
    let members = List::new(vm)?;
    for member in &group.members {
        let member = decoded(vm, member)?;
        members.push(vm, member)?;
    }
    let values = [
        decoded(vm, &group.name)?,
        decoded(vm, &group.password)?,
        number(group.gid),
        members.into(),
    ];
    GROUP.make(vm, &values)
}

/// The id of an argument; `None` if it can't be one.
fn id(vm: &mut Vm, v: Value) -> PyResult<Option<u32>> {
    let v = vm.index(v)?;
    let id = objects::int::to_i64(v);
    Ok(if id == Some(-1) { Some(u32::MAX) } else { id.and_then(|i| u32::try_from(i).ok()) })
}

fn c_name(vm: &mut Vm, name: &str) -> PyResult<CString> {
    match CString::new(name) {
        Ok(name) => Ok(name),
        Err(_) => Err(vm.value_error(format_args!("embedded null byte"))),
    }
}

#[cold]
fn not_found(vm: &mut Vm, text: String) -> objects::vm::Raised {
    match Str::new(vm, &text) {
        Ok(text) => vm.key_error(text.into()),
        Err(r) => r,
    }
}

/// The module `pwd`.
#[pymodule(
    name = "pwd",
    doc = "This module provides access to the Unix password database.\nIt is available on all Unix versions."
)]
pub mod pwd_module {
    use super::{PASSWD, c_name, locked, not_found, user, user_value};
    use heap::Gc;
    use objects::list::List;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    fn struct_passwd(vm: &mut Vm) -> PyResult<Value> {
        PASSWD.class(vm)
    }

    /// Return the password database entry for the given numeric user ID.
    #[function]
    fn getpwuid(vm: &mut Vm, uid: Value) -> PyResult<Value> {
        let shown = vm.repr_for_message(uid);
        let found = match super::id(vm, uid)? {
            // SAFETY: under the lock, and copied at once.
            Some(id) => locked(|| unsafe { user(libc::getpwuid(id)) }),
            None => None,
        };
        match found {
            Some(found) => user_value(vm, &found),
            None => Err(not_found(vm, format!("getpwuid(): uid not found: {shown}"))),
        }
    }

    /// Return the password database entry for the given user name.
    #[function]
    fn getpwnam(vm: &mut Vm, name: String) -> PyResult<Value> {
        let c = c_name(vm, &name)?;
        // SAFETY: under the lock, and copied at once.
        match locked(|| unsafe { user(libc::getpwnam(c.as_ptr())) }) {
            Some(found) => user_value(vm, &found),
            None => Err(not_found(vm, format!("getpwnam(): name not found: '{name}'"))),
        }
    }

    /// Return a list of all available password database entries, in arbitrary order.
    #[function]
    fn getpwall(vm: &mut Vm) -> PyResult<Gc<List>> {
        let all = locked(|| {
            let mut all = Vec::new();
            // SAFETY: under the lock, and copied at once.
            unsafe {
                libc::setpwent();
                while let Some(one) = user(libc::getpwent()) {
                    all.push(one);
                }
                libc::endpwent();
            }
            all
        });
        let list = List::new(vm)?;
        for one in &all {
            let one = user_value(vm, one)?;
            list.push(vm, one)?;
        }
        Ok(list)
    }
}

/// The module `grp`.
#[pymodule(
    name = "grp",
    doc = "Access to the Unix group database.\n\nGroup entries are reported as 4-tuples containing the following fields\nfrom the group database, in order:\n\n  name   - name of the group\n  passwd - group password (encrypted); often empty\n  gid    - numeric ID of the group\n  mem    - list of members\n\nThe gid is an integer, name and password are strings.  (Note that most\nusers are not explicitly listed as members of the groups they are in\naccording to the password database.  Check both databases to get\ncomplete membership information.)"
)]
pub mod grp_module {
    use super::{GROUP, c_name, group, group_value, locked, not_found};
    use heap::Gc;
    use objects::list::List;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    fn struct_group(vm: &mut Vm) -> PyResult<Value> {
        GROUP.class(vm)
    }

    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[function(sig = "($module, /, id)")]
    fn getgrgid(vm: &mut Vm, id: Value) -> PyResult<Value> {
        let shown = vm.repr_for_message(id);
        let found = match super::id(vm, id)? {
            // SAFETY: under the lock, and copied at once.
            Some(id) => locked(|| unsafe { group(libc::getgrgid(id)) }),
            None => None,
        };
        match found {
            Some(found) => group_value(vm, &found),
            None => Err(not_found(vm, format!("getgrgid(): gid not found: {shown}"))),
        }
    }

    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[function(sig = "($module, /, name)")]
    fn getgrnam(vm: &mut Vm, name: String) -> PyResult<Value> {
        let c = c_name(vm, &name)?;
        // SAFETY: under the lock, and copied at once.
        match locked(|| unsafe { group(libc::getgrnam(c.as_ptr())) }) {
            Some(found) => group_value(vm, &found),
            None => Err(not_found(vm, format!("getgrnam(): name not found: '{name}'"))),
        }
    }

    /// Return a list of all available group entries, in arbitrary order.
    ///
    /// An entry whose name starts with '+' or '-' represents an instruction
    /// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
    #[function]
    fn getgrall(vm: &mut Vm) -> PyResult<Gc<List>> {
        let all = locked(|| {
            let mut all = Vec::new();
            // SAFETY: under the lock, and copied at once.
            unsafe {
                libc::setgrent();
                while let Some(one) = group(libc::getgrent()) {
                    all.push(one);
                }
                libc::endgrent();
            }
            all
        });
        let list = List::new(vm)?;
        for one in &all {
            let one = group_value(vm, one)?;
            list.push(vm, one)?;
        }
        Ok(list)
    }
}
