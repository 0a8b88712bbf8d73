"""Whether everything is where it was, by machine code: rows of a table, each of which names a place and what must be there.

The function that goes through such a table (see `rows`) is compiled once for all programs. It answers 0 only if each place
holds the very object, which is more than the guard asks for; whoever gets another answer asks the guard, which is Python. So
nothing is taken for unchanged here that the guard would see.
"""

from functools import cache
from typing import NamedTuple

from autograd_core.capturing.native import objects
from autograd_core.capturing.native.machine import compiled


class Row(NamedTuple):
    """`what` is the case of the function below; all others are addresses or numbers, as the case takes them."""

    what: str
    thing: int
    key: int = 0
    expected: int = 0
    more: int = 0


CASES = (  # what each looks at, and what it must be; first those that may run a user's own code, which may change all others
    "called",  # what it answers: expected, or a float of the same bits, if `more` is 1
    "attribute",  # by getattr, whatever that does
    "subscript",  # by thing[key]
    "length",  # the number `expected`
    "absent",  # a dict: without this key
    "item",  # a dict's item: expected, or a float of the same bits, if `more` is 1
    "field",  # the pointer in `thing` that lies `key` bytes after its start
    "some",  # the same: neither absent nor None
    "element",  # a list's item
    "part",  # what the function at `more` says of `thing`, such as the code of a function; nothing is None
    "items",  # a dict: `more` items with these keys, in this order, and these values; `expected` is where three words for each
    # stand: key, value or 0 for any, and 1 if a float of the same bits will do
    "form",  # an array: `key` axes, of the lengths that stand at `expected`, and the dtype `more`
)


def pointer(address):
    return f"inttoptr (i64 {address} to ptr)"


def of_python(name, result="ptr"):
    """The beginning of a call of CPython's own."""
    return f"call {result} {pointer(objects.address_of(name))}"


@cache
def machine():
    """(engine, {name: address} of its functions)"""
    engine = compiled(text(), (), True)
    return engine, {name: engine.get_function_address(name) for name in ("same", "items_are", "moved", "raises")}


def function(name):
    """LLVM's name of one of these functions."""
    return pointer(machine()[1][name])


def text():
    """The functions: `same(rows, count)`, which may leave an error of a user's code; `items_are(dict, words, count)`, which looks
    at the items of a dict; `moved`, which is for Python, of the array in which the rows stand; `raises()`, whether such an error
    is to be raised, as Ctrl-C is; all others are cleared, since the guard comes upon them itself."""
    cases = " ".join(f"i64 {i}, label %{name}" for i, name in enumerate(CASES))
    borrowed = ("field", "item", "element", "part")
    owned = ("attribute", "subscript", "called")
    none = pointer(id(None))
    return f"""
define i1 @bits(ptr %found, ptr %expected, i64 %numbers) {{
start:
  %asked = icmp ne i64 %numbers, 0
  br i1 %asked, label %types, label %no
types:
  %f = getelementptr i8, ptr %found, i64 {objects.TYPE}
  %ft = load ptr, ptr %f
  %e = getelementptr i8, ptr %expected, i64 {objects.TYPE}
  %et = load ptr, ptr %e
  %ff = icmp eq ptr %ft, {pointer(id(float))}
  %ee = icmp eq ptr %et, {pointer(id(float))}
  %floats = and i1 %ff, %ee
  br i1 %floats, label %values, label %no
values:
  %fp = getelementptr i8, ptr %found, i64 {objects.HEAD}
  %fv = load i64, ptr %fp
  %ep = getelementptr i8, ptr %expected, i64 {objects.HEAD}
  %ev = load i64, ptr %ep
  %same = icmp eq i64 %fv, %ev
  ret i1 %same
no:
  ret i1 false
}}
define i32 @items_are(ptr %dict, ptr %words, i64 %count) {{
start:
  %at = alloca i64
  %key = alloca ptr
  %value = alloca ptr
  store i64 0, ptr %at
  %size = {of_python("PyDict_Size", "i64")}(ptr %dict)
  %long = icmp eq i64 %size, %count
  br i1 %long, label %head, label %other
head:
  %i = phi i64 [ 0, %start ], [ %j, %next ]
  %more = {of_python("PyDict_Next", "i32")}(ptr %dict, ptr %at, ptr %key, ptr %value)
  %some = icmp ne i32 %more, 0
  br i1 %some, label %one, label %end
one:
  %p = getelementptr [3 x i64], ptr %words, i64 %i
  %e = load ptr, ptr %p
  %k = load ptr, ptr %key
  %same_key = icmp eq ptr %e, %k
  br i1 %same_key, label %there, label %other
there:
  %p1 = getelementptr i64, ptr %p, i64 1
  %wanted = load ptr, ptr %p1
  %v = load ptr, ptr %value
  %any = icmp eq ptr %wanted, null
  %same = icmp eq ptr %wanted, %v
  %fine = or i1 %any, %same
  br i1 %fine, label %next, label %numbers
numbers:
  %p2 = getelementptr i64, ptr %p, i64 2
  %asked = load i64, ptr %p2
  %alike = call i1 @bits(ptr %v, ptr %wanted, i64 %asked)
  br i1 %alike, label %next, label %other
next:
  %j = add i64 %i, 1
  br label %head
end:
  %all = icmp eq i64 %i, %count
  br i1 %all, label %yes, label %other
yes:
  ret i32 0
other:
  ret i32 1
}}
define i32 @same(ptr %rows, i64 %count) {{
start:
  br label %head
head:
  %i = phi i64 [ 0, %start ], [ %j, %next ]
  %more = icmp slt i64 %i, %count
  br i1 %more, label %one, label %all
next:
  %j = add i64 %i, 1
  br label %head
one:
  %row = getelementptr [{len(Row._fields)} x i64], ptr %rows, i64 %i
  %what = load i64, ptr %row
  %p1 = getelementptr i64, ptr %row, i64 1
  %thing = load ptr, ptr %p1
  %p2 = getelementptr i64, ptr %row, i64 2
  %key = load ptr, ptr %p2
  %number = load i64, ptr %p2
  %p3 = getelementptr i64, ptr %row, i64 3
  %expected = load ptr, ptr %p3
  %length_expected = load i64, ptr %p3
  %p4 = getelementptr i64, ptr %row, i64 4
  %function = load ptr, ptr %p4
  %extra = load i64, ptr %p4
  switch i64 %what, label %other [ {cases} ]
field:
  %field_at = getelementptr i8, ptr %thing, i64 %number
  %field_v = load ptr, ptr %field_at
  br label %borrowed
some:
  %some_at = getelementptr i8, ptr %thing, i64 %number
  %some_v = load ptr, ptr %some_at
  %some_null = icmp eq ptr %some_v, null
  %some_none = icmp eq ptr %some_v, {none}
  %some_no = or i1 %some_null, %some_none
  br i1 %some_no, label %other, label %next
item:
  %item_v = {of_python("PyDict_GetItemWithError")}(ptr %thing, ptr %key)
  br label %borrowed
element:
  %element_v = {of_python("PyList_GetItem")}(ptr %thing, i64 %number)
  br label %borrowed
part:
  %part_found = call ptr %function(ptr %thing)
  %part_null = icmp eq ptr %part_found, null
  %part_v = select i1 %part_null, ptr {none}, ptr %part_found
  br label %borrowed
borrowed:
  %b = phi ptr {", ".join(f"[ %{name}_v, %{name} ]" for name in borrowed)}
  %b_same = icmp eq ptr %b, %expected
  br i1 %b_same, label %next, label %b_other
b_other:
  %b_null = icmp eq ptr %b, null
  br i1 %b_null, label %other, label %b_bits
b_bits:
  %b_alike = call i1 @bits(ptr %b, ptr %expected, i64 %extra)
  br i1 %b_alike, label %next, label %other
attribute:
  %attribute_v = {of_python("PyObject_GetAttr")}(ptr %thing, ptr %key)
  br label %owned
subscript:
  %subscript_v = {of_python("PyObject_GetItem")}(ptr %thing, ptr %key)
  br label %owned
called:
  %called_v = {of_python("PyObject_CallObject")}(ptr %thing, ptr null)
  br label %owned
owned:
  %o = phi ptr {", ".join(f"[ %{name}_v, %{name} ]" for name in owned)}
  %o_null = icmp eq ptr %o, null
  br i1 %o_null, label %other, label %o_there
o_there:
  %o_same = icmp eq ptr %o, %expected
  %o_alike = call i1 @bits(ptr %o, ptr %expected, i64 %extra)
  {of_python("Py_DecRef", "void")}(ptr %o)
  %o_yes = or i1 %o_same, %o_alike
  br i1 %o_yes, label %next, label %other
length:
  %length_v = {of_python("PyObject_Size", "i64")}(ptr %thing)
  %length_same = icmp eq i64 %length_v, %length_expected
  br i1 %length_same, label %next, label %other
items:
  %items_v = call i32 @items_are(ptr %thing, ptr %expected, i64 %extra)
  %items_same = icmp eq i32 %items_v, 0
  br i1 %items_same, label %next, label %other
absent:
  %absent_v = {of_python("PyDict_Contains", "i32")}(ptr %thing, ptr %key)
  %absent_yes = icmp eq i32 %absent_v, 0
  br i1 %absent_yes, label %next, label %other
form:
  %form_d = getelementptr i8, ptr %thing, i64 {objects.DESCR}
  %form_dtype = load i64, ptr %form_d
  %form_same_dtype = icmp eq i64 %form_dtype, %extra
  br i1 %form_same_dtype, label %form_axes, label %other
form_axes:
  %form_n = getelementptr i8, ptr %thing, i64 {objects.NDIM}
  %form_ndim = load i32, ptr %form_n
  %form_count = zext i32 %form_ndim to i64
  %form_same_count = icmp eq i64 %form_count, %number
  br i1 %form_same_count, label %form_lengths, label %other
form_lengths:
  %form_s = getelementptr i8, ptr %thing, i64 {objects.SHAPE}
  %form_shape = load ptr, ptr %form_s
  br label %form_head
form_head:
  %axis = phi i64 [ 0, %form_lengths ], [ %axis_next, %form_one ]
  %form_more = icmp slt i64 %axis, %number
  br i1 %form_more, label %form_one, label %next
form_one:
  %axis_next = add i64 %axis, 1
  %found_at = getelementptr i64, ptr %form_shape, i64 %axis
  %found_length = load i64, ptr %found_at
  %wanted_at = getelementptr i64, ptr %expected, i64 %axis
  %wanted_length = load i64, ptr %wanted_at
  %form_same = icmp eq i64 %found_length, %wanted_length
  br i1 %form_same, label %form_head, label %other
all:
  ret i32 0
other:
  ret i32 1
}}
define i1 @raises() {{
start:
  %error = {of_python("PyErr_Occurred")}()
  %none = icmp eq ptr %error, null
  br i1 %none, label %no, label %some
some:
  %usual = {of_python("PyErr_ExceptionMatches", "i32")}(ptr {pointer(id(Exception))})
  %clear = icmp ne i32 %usual, 0
  br i1 %clear, label %forget, label %yes
forget:
  {of_python("PyErr_Clear", "void")}()
  br label %no
no:
  ret i1 false
yes:
  ret i1 true
}}
define ptr @moved(ptr %rows, ptr %objects, i64 %count) {{
start:
  %data_at = getelementptr i8, ptr %rows, i64 {objects.DATA}
  %data = load ptr, ptr %data_at
  %axes_at = getelementptr i8, ptr %rows, i64 {objects.SHAPE}
  %axes = load ptr, ptr %axes_at
  %length = load i64, ptr %axes
  %other = call i32 @same(ptr %data, i64 %length)
  %some = icmp ne i32 %other, 0
  %raise = call i1 @raises()
  br i1 %raise, label %failed, label %told
failed:
  ret ptr null
told:
  %answer = select i1 %some, ptr {pointer(id(True))}, ptr {pointer(id(False))}
  {of_python("Py_IncRef", "void")}(ptr %answer)
  ret ptr %answer
}}
"""
