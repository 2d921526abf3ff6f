//! Small modules over system calls: `fcntl`, `grp`, `_locale`, `_posixsubprocess`, `pwd` and `select`.

pub mod accounts;
pub mod descriptor;
pub mod fcntl;
pub mod locale;
pub mod select;
pub mod spawn;
