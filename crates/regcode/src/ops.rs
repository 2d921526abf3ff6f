//! The op table of the register code: the one place that says which ops exist.
//!
//! A row gives an op's name, the roles of its operand fields, the extra words that follow the first word, its effects,
//! and in its doc line the exact semantics. [`for_each_op!`](crate::for_each_op) hands all rows to a macro of the caller's choice: the enum,
//! the printer and the translator's facts are derived here, the interpreter derives its dispatch tables, so that an op
//! without a body does not compile.
//!
//! Conventions. `r[x]` is the frame's register `x`; UNDEF means "no value" (CPython's NULL). An op writes its
//! destination only when it succeeds, after it has read all its sources; source and destination registers may coincide.
//! Jumps count words from the end of the op that holds them. "Raises X unless" marks what the verifier leaves to the op:
//! everything else that a row presupposes has been proved. `names` is the hidden register that holds the namespace of a
//! module or class body.

/// Calls `$callback! { rows }`. A row is
/// `#[doc = …] Name(field: Role, … | word: WordRole, …) [Effect …];` with the fields `a`, `b`, `c`, or `bc` for the two
/// as one 32-bit number, and the extra words in their order.
#[macro_export]
macro_rules! for_each_op {
    ($callback:ident) => { $callback! {
        // ---- moves and constants -----------------------------------------------------------------------------------
        /// Does nothing.
        Nop() [Pure];
        /// `r[a] = r[b]`.
        Move(a: Dst, b: Src) [Pure];
        /// Exchanges `r[a]` and `r[b]`.
        Swap(a: InOut, b: InOut) [Pure];
        /// `r[a] = const`.
        LoadConst(a: Dst | value: Const) [Pure];
        /// `r[a] = bc`, an int.
        LoadInt(a: Dst, bc: Wide) [Pure];
        /// `r[a] = UNDEF`.
        LoadUndef(a: Dst) [Pure];
        /// `r[a]` = one of `AssertionError`, `NotImplementedError`, `tuple`, `all`, `any` (`code::oparg::CommonConstant` `b`).
        LoadCommonConstant(a: Dst, b: Kind) [Pure];
        /// `r[a] = builtins.__build_class__`; NameError when the builtins lack it.
        LoadBuildClass(a: Dst) [Raises];

        // ---- locals and cells --------------------------------------------------------------------------------------
        /// UnboundLocalError about the local variable `name` if `r[a]` is UNDEF.
        CheckLocal(a: Src | name: LocalName) [Raises];
        /// As `CheckLocal`, then `r[a] = UNDEF`.
        DeleteLocal(a: InOut | name: LocalName) [Raises];
        /// `r[a] = ` a new cell that holds the old `r[a]`, or nothing if that is UNDEF.
        MakeCell(a: InOut) [Raises];
        /// Copies the `b` cells of the running function's closure to `r[a..]`. Raises SystemError unless the closure is a
        /// tuple of exactly `b` cells.
        CopyFreeVars(a: DstRun, b: Count) [Raises];
        /// `r[a] = ` the content of the cell `r[b]` (`b` is also the variable's index among the fast locals). If empty,
        /// UnboundLocalError for a cell of this function, NameError for a free variable.
        LoadDeref(a: Dst, b: Src | name: LocalName) [Raises];
        /// Stores `r[b]` in the cell `r[a]`.
        StoreDeref(a: Src, b: Src) [];
        /// Empties the cell `r[a]`; the errors of `LoadDeref` if it is empty already.
        DeleteDeref(a: Src | name: LocalName) [Raises];
        /// `r[a] = r[b][name]` for the mapping `r[b]`; on KeyError the content of the cell `r[c]`, as `LoadDeref`.
        LoadFromDictOrDeref(a: Dst, b: Src, c: Src | name: LocalName) [Raises];
        /// SystemError unless `r[a]` is a cell; it may be UNDEF.
        CheckCell(a: Src) [Raises];

        // ---- namespaces --------------------------------------------------------------------------------------------
        /// `r[a] = ` the global or else builtin `name`; NameError. Each cache: key-layout id in the low half, index in the
        /// high half; `globals` alone hits for a global, both must match for a builtin.
        LoadGlobal(a: Dst | globals: Keys, builtins: Keys, name: Name) [Raises];
        /// `globals[name] = r[a]`.
        StoreGlobal(a: Src | name: Name) [Raises];
        /// `del globals[name]`; NameError.
        DeleteGlobal( | name: Name) [Raises];
        /// `r[a] = ` the value of `name` in the namespace `r[b]`, else the globals, else the builtins; NameError.
        LoadName(a: Dst, b: Names | names: Keys, globals: Keys, builtins: Keys, name: Name) [Raises];
        /// `r[b][name] = r[a]` for the namespace `r[b]`.
        StoreName(a: Src, b: Names | names: Keys, name: Name) [Raises];
        /// `del r[b][name]` for the namespace `r[b]`; NameError.
        DeleteName(b: Names | name: Name) [Raises];
        /// `r[a] = r[b][name]` for the mapping `r[b]`; on KeyError the global or else builtin; NameError.
        LoadFromDictOrGlobals(a: Dst, b: Src | name: Name) [Raises];
        /// `r[a] = r[b]`, the namespace; SystemError if there is none.
        LoadLocals(a: Dst, b: Names) [Raises];
        /// Puts an empty dict at `__annotations__` in the namespace `r[b]` unless there is one.
        SetupAnnotations(b: Names) [Raises];

        // ---- attributes --------------------------------------------------------------------------------------------
        /// `r[a] = r[b].name`.
        LoadAttr(a: Dst, b: Src | shape: Shape, value: Cached, name: Name) [Raises];
        /// Like `LoadAttr` for a call: `r[a]` = the unbound function and `r[a+1] = r[b]` if the attribute is a method of
        /// the type, else `r[a]` = the attribute and `r[a+1] = UNDEF`.
        LoadMethod(a: Dst2, b: Src | shape: Shape, value: Cached, name: Name) [Raises];
        /// `r[a].name = r[b]`. `shape` and `slot` guard and place the store, `next` holds the shape after it.
        StoreAttr(a: Src, b: Src | shape: Shape, next: Shape, name: Name) [Raises];
        /// `del r[a].name`.
        DeleteAttr(a: Src | name: Name) [Raises];
        /// `r[b] = super`, `r[b+1] = cls`, `r[b+2] = self`: `r[a] = super(cls, self).name`. If `r[b]` is not the builtin
        /// `super`, it is called with `c` (0 or 2) of these arguments and `name` is loaded from the result.
        LoadSuperAttr(a: Dst, b: Run, c: Count | shape: Shape, value: Cached, name: Name) [Raises];
        /// As `LoadSuperAttr` with a destination as `LoadMethod`.
        LoadSuperMethod(a: Dst2, b: Run, c: Count | shape: Shape, value: Cached, name: Name) [Raises];
        /// `r[a]`, `r[a+1]` = the special method `c` (`code::oparg::SpecialMethod`) looked up on the type of `r[b]`, as
        /// `LoadMethod`; TypeError about the context-manager protocol if it is missing.
        LoadSpecial(a: Dst2, b: Src, c: Kind | shape: Shape, value: Cached) [Raises];

        // ---- operators ---------------------------------------------------------------------------------------------
        /// `r[a] = r[b] + r[c]`.
        Add(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] - r[c]`.
        Sub(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] * r[c]`.
        Mul(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] / r[c]`.
        TrueDiv(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] // r[c]`.
        FloorDiv(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] % r[c]`.
        Mod(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] ** r[c]`.
        Pow(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] @ r[c]`.
        MatMul(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] << r[c]`.
        LShift(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] >> r[c]`.
        RShift(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] & r[c]`.
        And(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] | r[c]`.
        Or(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] ^ r[c]`.
        Xor(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] += r[c]` (tries the in-place method first; so do all `I…` ops).
        IAdd(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] -= r[c]`.
        ISub(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] *= r[c]`.
        IMul(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] /= r[c]`.
        ITrueDiv(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] //= r[c]`.
        IFloorDiv(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] %= r[c]`.
        IMod(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] **= r[c]`.
        IPow(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] @= r[c]`.
        IMatMul(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] <<= r[c]`.
        ILShift(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] >>= r[c]`.
        IRShift(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] &= r[c]`.
        IAnd(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] |= r[c]`.
        IOr(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `r[b] ^= r[c]`.
        IXor(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] + c`, `c` an int (so for all ops that end in `I`).
        AddI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a] = r[b] - c`.
        SubI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a] = r[b] * c`.
        MulI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a] = r[b] / c`.
        TrueDivI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a] = r[b] // c`.
        FloorDivI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a] = r[b] % c`.
        ModI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a] = r[b] ** c`.
        PowI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a] = r[b] << c`.
        LShiftI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a] = r[b] >> c`.
        RShiftI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a] = r[b] & c`.
        AndI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a]` = `r[b] += c`.
        IAddI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a]` = `r[b] -= c`.
        ISubI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a]` = `r[b] *= c`.
        IMulI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a]` = `r[b] /= c`.
        ITrueDivI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a]` = `r[b] //= c`.
        IFloorDivI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a]` = `r[b] %= c`.
        IModI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a]` = `r[b] **= c`.
        IPowI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a]` = `r[b] <<= c`.
        ILShiftI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a]` = `r[b] >>= c`.
        IRShiftI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a]` = `r[b] &= c`.
        IAndI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a] = -r[b]`.
        Neg(a: Dst, b: Src) [Raises];
        /// `r[a] = +r[b]`.
        Pos(a: Dst, b: Src) [Raises];
        /// `r[a] = ~r[b]`.
        Invert(a: Dst, b: Src) [Raises];
        /// `r[a] = not r[b]`, for any object.
        Not(a: Dst, b: Src) [Raises];
        /// `r[a] = bool(r[b])`.
        ToBool(a: Dst, b: Src) [Raises];
        /// `r[a] = r[b] < r[c]` (any object may result; so for all six).
        Lt(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] <= r[c]`.
        Le(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] == r[c]`.
        Eq(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] != r[c]`.
        Ne(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] > r[c]`.
        Gt(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] >= r[c]`.
        Ge(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] is r[c]`.
        Is(a: Dst, b: Src, c: Src) [Pure];
        /// `r[a] = r[b] is not r[c]`.
        IsNot(a: Dst, b: Src, c: Src) [Pure];
        /// `r[a] = r[b] in r[c]`, a bool.
        In(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b] not in r[c]`, a bool.
        NotIn(a: Dst, b: Src, c: Src) [Raises];

        // ---- items -------------------------------------------------------------------------------------------------
        /// `r[a] = r[b][r[c]]`.
        GetItem(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = r[b][c]`, `c` an int.
        GetItemI(a: Dst, b: Src, c: Imm) [Raises];
        /// `r[a][r[b]] = r[c]`.
        SetItem(a: Src, b: Src, c: Src) [Raises];
        /// `del r[a][r[b]]`.
        DelItem(a: Src, b: Src) [Raises];
        /// `r[a] = r[b][r[b+1]:r[b+2]]`.
        GetSlice(a: Dst, b: Run) [Raises];
        /// `r[a+1][r[a+2]:r[a+3]] = r[a]`.
        SetSlice(a: Run) [Raises];

        // ---- branches ----------------------------------------------------------------------------------------------
        /// Jumps by `bc`, forward, or backward without an interrupt check.
        Jump(bc: Far) [Branch Ends];
        /// The back-edge of a loop: interrupt check, step count, hotness counter, then jumps by `bc`.
        JumpBack(bc: Far | counter: Counter) [Raises Branch Ends Loop];
        /// Jumps by `c` if `r[a]` is true.
        JumpIfTrue(a: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a]` is false.
        JumpIfFalse(a: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] is None`.
        JumpIfNone(a: Src, c: Jump) [Branch];
        /// Jumps by `c` if `r[a] is not None`.
        JumpIfNotNone(a: Src, c: Jump) [Branch];
        /// Jumps by `c` if `r[a] is r[b]`.
        JumpIfIs(a: Src, b: Src, c: Jump) [Branch];
        /// Jumps by `c` if `r[a] is not r[b]`.
        JumpIfIsNot(a: Src, b: Src, c: Jump) [Branch];
        /// Jumps by `c` if `r[a] in r[b]`.
        JumpIfIn(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] not in r[b]`.
        JumpIfNotIn(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if the truth of `r[a] < r[b]` is true (so for all six).
        JumpIfLt(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] <= r[b]`.
        JumpIfLe(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] == r[b]`.
        JumpIfEq(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] != r[b]`.
        JumpIfNe(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] > r[b]`.
        JumpIfGt(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] >= r[b]`.
        JumpIfGe(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if the truth of `r[a] < r[b]` is false: not the same as `>=` (so for all six).
        JumpIfNotLt(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if not `r[a] <= r[b]`.
        JumpIfNotLe(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if not `r[a] == r[b]`.
        JumpIfNotEq(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if not `r[a] != r[b]`.
        JumpIfNotNe(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if not `r[a] > r[b]`.
        JumpIfNotGt(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if not `r[a] >= r[b]`.
        JumpIfNotGe(a: Src, b: Src, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] < b`, `b` an int.
        JumpIfLtI(a: Src, b: Imm, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] <= b`.
        JumpIfLeI(a: Src, b: Imm, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] == b`.
        JumpIfEqI(a: Src, b: Imm, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] != b`.
        JumpIfNeI(a: Src, b: Imm, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] > b`.
        JumpIfGtI(a: Src, b: Imm, c: Jump) [Raises Branch];
        /// Jumps by `c` if `r[a] >= b`.
        JumpIfGeI(a: Src, b: Imm, c: Jump) [Raises Branch];
        /// Jumps by `c` if not `r[a] < b`, `b` an int.
        JumpIfNotLtI(a: Src, b: Imm, c: Jump) [Raises Branch];
        /// Jumps by `c` if not `r[a] <= b`.
        JumpIfNotLeI(a: Src, b: Imm, c: Jump) [Raises Branch];
        /// Jumps by `c` if not `r[a] == b`.
        JumpIfNotEqI(a: Src, b: Imm, c: Jump) [Raises Branch];
        /// Jumps by `c` if not `r[a] != b`.
        JumpIfNotNeI(a: Src, b: Imm, c: Jump) [Raises Branch];
        /// Jumps by `c` if not `r[a] > b`.
        JumpIfNotGtI(a: Src, b: Imm, c: Jump) [Raises Branch];
        /// Jumps by `c` if not `r[a] >= b`.
        JumpIfNotGeI(a: Src, b: Imm, c: Jump) [Raises Branch];

        // ---- iteration ---------------------------------------------------------------------------------------------
        /// `r[a] = iter(r[b])`.
        GetIter(a: Dst, b: Src) [Raises];
        /// `r[a] = next(r[b])`; jumps by `c` when the iterator is exhausted. `r[b]` stays.
        ForIter(a: Dst, b: Src, c: Jump) [Raises Branch];
        /// The back-edge of a `for` loop: what `JumpBack` does, then `r[a] = next(r[b])` and jumps by `c` to the loop's
        /// body; falls through when the iterator is exhausted.
        ForLoop(a: Dst, b: Src, c: Jump | counter: Counter) [Raises Branch Loop];
        /// `r[a]` = the iterator of `yield from r[b]`: a coroutine only in a coroutine (TypeError), a generator as it is,
        /// else `iter(r[b])`.
        GetYieldFromIter(a: Dst, b: Src) [Raises];
        /// `r[a] = r[b].__aiter__()`; TypeError unless that has `__anext__`.
        GetAiter(a: Dst, b: Src) [Raises];
        /// `r[a]` = the awaitable's iterator of `r[b].__anext__()`.
        GetAnext(a: Dst, b: Src) [Raises];
        /// `r[a]` = the iterator of `await r[b]`; RuntimeError if a coroutine is awaited already. `c`: 0, or 1 and 2 when
        /// the object came from `__aenter__` and `__aexit__` (for the message).
        GetAwaitable(a: Dst, b: Src, c: Kind) [Raises];
        /// The end of `async for`: if the exception `r[a]` is StopAsyncIteration, it is dropped; else it is raised again.
        EndAsyncFor(a: Src) [Raises];
        /// Sends `r[a]` to the generator or iterator `r[b]`. If that yields, `r[a]` = what it yielded; if it returns,
        /// `r[a]` = the value returned and jumps by `c`.
        Send(a: InOut, b: Src, c: Jump) [Raises Branch];
        /// The generator yields `r[b]` and is suspended; when it is resumed (interrupt check as at a call), `r[a]` = the
        /// value sent and the next op runs, or the exception thrown is raised here. `c`: 1 if it yields on behalf of a
        /// `yield from` or `await` (the iterator delegated to is on top of the stack), 0 if for itself.
        YieldValue(a: Dst, b: Src, c: Kind) [Raises Yields];
        /// Makes the generator, coroutine or async generator of this frame (the hidden generator register holds it then)
        /// and returns it to the caller. Resumed as `YieldValue`.
        ReturnGenerator(a: Dst) [Raises Yields];
        /// An exception was thrown into a `yield from`: if the exception `r[b]` is StopIteration, `r[a]` = its value, else
        /// it is raised again.
        CleanupThrow(a: Dst, b: Src) [Raises];

        // ---- calls -------------------------------------------------------------------------------------------------
        /// `r[a] = r[b](…)` with `c` arguments at `r[b+2..]`, before them `r[b+1]` unless UNDEF.
        Call(a: Dst, b: Run, c: Count | cache: Shape, value: Cached) [Raises];
        /// `r[a] = r[b](…)` with `c` arguments at `r[b+2..]`; `r[b+1]` is not read.
        CallPlain(a: Dst, b: Run, c: Count | cache: Shape, value: Cached) [Raises];
        /// As `Call`; the last arguments are passed by the names in the constant tuple (of distinct strings, at most `c`).
        CallKw(a: Dst, b: Run, c: Count | names: Const, cache: Shape, value: Cached) [Raises];
        /// `r[a] = r[b](*r[b+2], **r[b+3])` for any iterable and mapping; `r[b+1]` is not read. `r[b+3]` may be UNDEF, and
        /// is not read if `c` is 0.
        CallEx(a: Dst, b: Run, c: Kind) [Raises];
        /// As `Call`, with the events CALL before and C_RETURN or C_RAISE after a native callee.
        CallMonitored(a: Dst, b: Run, c: Count | cache: Shape, value: Cached) [Raises];
        /// As `CallKw`, with the events of `CallMonitored`.
        CallKwMonitored(a: Dst, b: Run, c: Count | names: Const, cache: Shape, value: Cached) [Raises];
        /// As `CallEx`, with the events of `CallMonitored`.
        CallExMonitored(a: Dst, b: Run, c: Kind) [Raises];
        /// `r[a]` = the intrinsic `c` (`code::oparg::Intrinsic1`, neither Invalid nor UnaryPositive) of `r[b]`.
        CallIntrinsic1(a: Dst, b: Src, c: Kind) [Raises];
        /// `r[a]` = the intrinsic `which` (`code::oparg::Intrinsic2`, not Invalid) of `r[b]` and `r[c]`.
        CallIntrinsic2(a: Dst, b: Src, c: Src | which: Number) [Raises];
        /// Returns `r[a]` from a function, module or class body.
        Return(a: Src) [Ends];
        /// Returns a constant from a function, module or class body.
        ReturnConst( | value: Const) [Ends];
        /// Ends a generator, coroutine or async generator with the value `r[a]`.
        ReturnFromGenerator(a: Src) [Raises Ends];

        // ---- building and taking apart -----------------------------------------------------------------------------
        /// `r[a]` = a tuple of `r[b..b+c]`.
        BuildTuple(a: Dst, b: Run, c: Count) [Raises];
        /// `r[a]` = a list of `r[b..b+c]`.
        BuildList(a: Dst, b: Run, c: Count) [Raises];
        /// `r[a]` = a set of `r[b..b+c]`, added in order.
        BuildSet(a: Dst, b: Run, c: Count) [Raises];
        /// `r[a]` = a dict of the `c` pairs `r[b]: r[b+1]`, `r[b+2]: r[b+3]`, …
        BuildMap(a: Dst, b: Run, c: Count) [Raises];
        /// `r[a]` = the concatenation of the strings `r[b..b+c]`. Raises SystemError unless they are strings.
        BuildString(a: Dst, b: Run, c: Count) [Raises];
        /// `r[a] = slice(r[b], r[b+1])`, with the step `r[b+2]` if `c` is 3.
        BuildSlice(a: Dst, b: Run, c: Count) [Raises];
        /// `r[a]` = the template of the tuples `r[b]` (strings) and `r[c]` (interpolations). Raises SystemError unless
        /// they are tuples.
        BuildTemplate(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = the interpolation of the value `r[b]` with the expression text `r[b+1]`; `c >> 2` is the conversion
        /// (as `ConvertValue`, 0 none), and if `c & 1` the format spec is `r[b+2]`.
        BuildInterpolation(a: Dst, b: Run, c: Kind) [Raises];
        /// Appends `r[b]` to the list `r[a]`. Raises SystemError unless it is a list.
        ListAppend(a: Src, b: Src) [Raises];
        /// Extends the list `r[a]` by the iterable `r[b]`; TypeError "Value after * must be an iterable". Raises
        /// SystemError unless `r[a]` is a list.
        ListExtend(a: Src, b: Src) [Raises];
        /// Adds `r[b]` to the set `r[a]`. Raises SystemError unless it is a set.
        SetAdd(a: Src, b: Src) [Raises];
        /// Adds the items of the iterable `r[b]` to the set `r[a]`. Raises SystemError unless `r[a]` is a set.
        SetUpdate(a: Src, b: Src) [Raises];
        /// `r[a][r[b]] = r[c]` for the dict `r[a]`. Raises SystemError unless it is a dict.
        MapAdd(a: Src, b: Src, c: Src) [Raises];
        /// Updates the dict `r[a]` from the mapping `r[b]`; TypeError "not a mapping". Raises SystemError unless `r[a]` is
        /// a dict.
        DictUpdate(a: Src, b: Src) [Raises];
        /// As `DictUpdate` for the keyword arguments of a call of `r[c]`; TypeError on a repeated key.
        DictMerge(a: Src, b: Src, c: Src) [Raises];
        /// Takes the `b` items of the iterable `r[a]`, exactly as many (ValueError), and then writes them in order to the
        /// registers listed.
        UnpackSequence(a: Src, b: Count | targets: Regs) [Raises];
        /// As `UnpackSequence` for `*`: `b` first items, a list of those between, `c` last items; `b + 1 + c` registers.
        UnpackEx(a: Src, b: Count, c: Count | targets: Regs) [Raises];
        /// `r[a] = r[b]` if that is exactly a str, else `format(r[b], "")`.
        FormatSimple(a: Dst, b: Src) [Raises];
        /// `r[a] = format(r[b], r[c])`.
        FormatWithSpec(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a]` = `str`, `repr` or `ascii` (`c` = 1, 2, 3) of `r[b]`.
        ConvertValue(a: Dst, b: Src, c: Kind) [Raises];

        // ---- exceptions --------------------------------------------------------------------------------------------
        /// `r[a+1] = r[a]`, an exception, becomes the one being handled; `r[a]` = the one handled before, or None.
        PushExcInfo(a: InOut2) [];
        /// `r[a]`, an exception or None, becomes the one being handled.
        PopExcept(a: Src) [];
        /// `r[a]` = whether the exception `r[b]` matches `r[c]`; TypeError unless that is an exception type or a tuple of them.
        CheckExcMatch(a: Dst, b: Src, c: Src) [Raises];
        /// `except*`: splits the exception `r[a]` (or None, which matches nothing) by the type `r[a+1]` into `r[a]` = the
        /// rest and `r[a+1]` = the match, each an exception or None; a match becomes the exception being handled.
        CheckEgMatch(a: InOut2) [Raises];
        /// Raises the exception `r[a]` again without adding this frame anew; if `c` is 1, `r[b]` is the instruction index
        /// where it was raised first.
        Reraise(a: Src, b: Src, c: Kind) [Raises Ends];
        /// `raise` with `c` operands: none (the exception being handled), `r[a]`, or `r[a] from r[b]`.
        Raise(a: Src, b: Src, c: Count) [Raises Ends];
        /// `r[a] = exit(type(e), e, e.__traceback__)` with `exit = r[b]` (and self `r[b+1]` unless UNDEF), `e = r[b+4]`.
        WithExceptStart(a: Dst, b: Run) [Raises];
        /// SystemError unless `r[a]` is an exception.
        CheckExc(a: Src) [Raises];
        /// SystemError unless `r[a]` is an exception or None.
        CheckExcOrNone(a: Src) [Raises];
        /// SystemError unless `r[a]` is an int that is the index of a code unit.
        CheckLasti(a: Src) [Raises];

        // ---- definitions, imports, patterns ------------------------------------------------------------------------
        /// `r[a]` = a new function of the code object `r[b]` with this frame's globals. Raises SystemError unless it is
        /// a code object.
        MakeFunction(a: Dst, b: Src) [Raises];
        /// Sets the attribute `c` (`code::oparg::function_attribute`) of the function `r[a]` to `r[b]`. Raises SystemError
        /// unless they have the right types (a closure: a tuple of as many cells as the code has free variables).
        SetFunctionAttribute(a: Src, b: Src, c: Kind) [Raises];
        /// `r[a] = __import__(name, globals, locals, r[c], r[b])`: level `r[b]`, from-list `r[c]`.
        ImportName(a: Dst, b: Src, c: Src | name: Name) [Raises];
        /// `r[a]` = the attribute or submodule `name` of the module `r[b]`; ImportError.
        ImportFrom(a: Dst, b: Src | name: Name) [Raises];
        /// `r[a]` = the tuple of attributes for the class pattern `r[b+1](…)` with `c` positional patterns and the names
        /// `r[b+2]` (SystemError unless a tuple of strings) on the subject `r[b]`, or None.
        MatchClass(a: Dst, b: Run, c: Count) [Raises];
        /// `r[a]` = whether `r[b]` is a mapping.
        MatchMapping(a: Dst, b: Src) [Pure];
        /// `r[a]` = whether `r[b]` is a sequence for patterns.
        MatchSequence(a: Dst, b: Src) [Pure];
        /// `r[a]` = the tuple of the values of the mapping `r[b]` at the keys `r[c]` (SystemError unless a tuple), or None.
        MatchKeys(a: Dst, b: Src, c: Src) [Raises];
        /// `r[a] = len(r[b])`.
        GetLen(a: Dst, b: Src) [Raises];

        // ---- events: in the unelided translation only --------------------------------------------------------------
        /// An instruction of CPython begins: event INSTRUCTION, and LINE if `a` is 1. `at`: its byte offset in the low
        /// half, its line in the high half (−1 if it has none). Every stack slot is in its home here.
        Instruction(a: Kind | at: Offsets) [Raises];
        /// The event `b` ([`EventKind`](crate::EventKind)); `a` is the register of the value that goes with it, if any.
        /// `at`: byte offset of the instruction in the low half, of the destination (for jumps and branches) in the high half.
        Event(a: Src, b: Kind | at: Offsets) [Raises];
    } };
}

/// What a field of an op's first word means.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// A register that is written.
    Dst,
    /// A register that is written, and the next one too.
    Dst2,
    /// The first of several registers that are written.
    DstRun,
    /// A register that is read.
    Src,
    /// The first of several registers that are read.
    Run,
    /// A register that is read and written.
    InOut,
    /// Two adjacent registers that are read and written; the first is named.
    InOut2,
    /// The hidden register of the namespace.
    Names,
    /// An int as a signed 16-bit immediate.
    Imm,
    /// An int of 32 bits in the fields `b` and `c`.
    Wide,
    /// An unsigned number of things.
    Count,
    /// An unsigned number that selects a variant.
    Kind,
    /// A jump distance of 16 bits.
    Jump,
    /// A jump distance of 32 bits in the fields `b` and `c`.
    Far,
}

/// What an extra word of an op means.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WordRole {
    /// A constant: relocated.
    Const,
    /// A name of `co_names`: relocated.
    Name,
    /// The name of a fast local: relocated.
    LocalName,
    /// An inline cache: shape id in the low half, slot in the high half; 0 at first.
    Shape,
    /// An inline cache: key-layout id of a dict in the low half, index in the high half; 0 at first.
    Keys,
    /// A weakly held value as an inline cache; 0 at first.
    Cached,
    /// A counter; 0 at first.
    Counter,
    /// A plain number.
    Number,
    /// Byte offsets of CPython instructions, or a line: two 32-bit numbers.
    Offsets,
    /// Registers that are written, four to a word, the first in the lowest 16 bits; as many as the op says.
    Regs,
}

/// What an op does besides reading and writing registers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Effect {
    /// It may raise, allocate or run Python code: its pc is in the state map.
    Raises = 1,
    /// It has a jump.
    Branch = 2,
    /// The next op does not follow.
    Ends = 4,
    /// It suspends the frame.
    Yields = 8,
    /// It is a loop's back-edge.
    Loop = 16,
    /// It reads and writes nothing but registers.
    Pure = 32,
}

/// The field of the first word in which an operand stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(non_camel_case_types)]
pub enum Field {
    /// Bits 16 to 31.
    a,
    /// Bits 32 to 47.
    b,
    /// Bits 48 to 63.
    c,
    /// Bits 32 to 63.
    bc,
}

macro_rules! define_ops {
    ($($(#[doc = $doc:literal])+ $op:ident($($field:ident: $role:ident),* $(| $($word:ident: $word_role:ident),+)?) [$($effect:ident)*];)*) => {
        /// An op of the register code. See [`for_each_op!`](crate::for_each_op) for the rows.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u16)]
        pub enum Op {
            $($(#[doc = $doc])+ $op,)*
        }

        impl Op {
            /// Every op in the order of its number.
            pub const ALL: &'static [Op] = &[$(Op::$op),*];

            /// The op's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Op::$op => stringify!($op),)* }
            }

            /// The operands in the first word.
            #[must_use]
            pub const fn operands(self) -> &'static [(Field, Role)] {
                match self { $(Op::$op => &[$((Field::$field, Role::$role)),*],)* }
            }

            /// The extra words: name and meaning. A last one of [`WordRole::Regs`] stands for any number.
            #[must_use]
            pub const fn words(self) -> &'static [(&'static str, WordRole)] {
                match self { $(Op::$op => &[$($((stringify!($word), WordRole::$word_role)),+)?],)* }
            }
        }

        /// By number of the op: effects as a set of bits.
        static EFFECTS: &[u8] = &[$(0 $(| Effect::$effect as u8)*),*];
    };
}
for_each_op!(define_ops);

impl Op {
    /// How many ops there are.
    pub const COUNT: usize = Op::ALL.len();

    /// The op of this number.
    #[must_use]
    pub fn from_u16(number: u16) -> Option<Op> {
        Op::ALL.get(usize::from(number)).copied()
    }

    /// Whether the op has this effect.
    #[must_use]
    pub fn has(self, effect: Effect) -> bool {
        EFFECTS[self as usize] & effect as u8 != 0
    }

    /// Whether the pc of the op is in the state map.
    #[must_use]
    pub fn has_state(self) -> bool {
        self.has(Effect::Raises)
    }
}

/// The kind of an [`Op::Event`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u16)]
pub enum EventKind {
    /// A function begins (PY_START).
    Start,
    /// A generator or coroutine is resumed (PY_RESUME).
    Resume,
    /// A function is about to return `r[a]` (PY_RETURN).
    Return,
    /// A generator is about to yield `r[a]` (PY_YIELD).
    Yield,
    /// An unconditional jump (JUMP).
    Jump,
    /// The left branch is taken: the condition's jump is not (BRANCH_LEFT).
    BranchLeft,
    /// The right branch is taken (BRANCH_RIGHT).
    BranchRight,
    /// The iterator `r[a-1]` delegated to has finished with the value `r[a]` (STOP_ITERATION, if it is a generator or
    /// coroutine).
    StopIteration,
}

impl EventKind {
    /// Every kind in the order of its number.
    pub const ALL: [EventKind; 8] = [
        EventKind::Start,
        EventKind::Resume,
        EventKind::Return,
        EventKind::Yield,
        EventKind::Jump,
        EventKind::BranchLeft,
        EventKind::BranchRight,
        EventKind::StopIteration,
    ];
}
