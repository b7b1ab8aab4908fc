package etf

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"

	"ersh/runtime/term"
)

func bigOf(s string) term.Term {
	v, ok := new(big.Int).SetString(s, 0)
	if !ok {
		panic(s)
	}
	return term.MakeBig(v)
}

func atoms(names ...string) (ts []term.Term) {
	for _, n := range names {
		ts = append(ts, term.A(n))
	}
	return ts
}

// What erl's term_to_binary gives, without the version byte.
var cases = []struct {
	name string
	t    term.Term
	hex  string
}{
	{"zero", term.MakeInt(0), "6100"},
	{"255", term.MakeInt(255), "61ff"},
	{"256", term.MakeInt(256), "6200000100"},
	{"-1", term.MakeInt(-1), "62ffffffff"},
	{"2^31-1", term.MakeInt(1<<31 - 1), "627fffffff"},
	{"2^31", term.MakeInt(1 << 31), "6e040000000080"},
	{"-2^31-1", term.MakeInt(-1<<31 - 1), "6e040101000080"},
	{"2^59", term.MakeInt(1 << 59), "6e08000000000000000008"},
	{"-2^63", term.MakeInt(-1 << 63), "6e08010000000000000080"},
	{"-2^64", bigOf("-0x10000000000000000"), "6e0901000000000000000001"},
	{"large", bigOf("0x1" + strings.Repeat("00", 255)), "6f0000010000" + strings.Repeat("00", 255) + "01"},
	{"float", term.Float(1.5), "463ff8000000000000"},
	{"atom", term.A("foo"), "7703666f6f"},
	{"empty atom", term.A(""), "7700"},
	{"utf8 atom", term.A("å"), "7702c3a5"},
	{"long atom", term.A(strings.Repeat("ж", 255)), "7601fe" + strings.Repeat("d0b6", 255)},
	{"nil", term.EmptyList, "6a"},
	{"string", term.String("abc"), "6b0003616263"},
	{"list", term.List(atoms("a", "b")...), "6c00000002770161770162" + "6a"},
	{"not a string", term.List(term.MakeInt(1), term.MakeInt(256)), "6c000000026101" + "62000001006a"},
	{"improper", &term.Cons{Head: term.MakeInt(1), Tail: term.MakeInt(2)}, "6c0000000161016102"},
	{"nested", term.List(term.List(term.T()), term.EmptyList), "6c000000026c0000000168006a6a6a"},
	{"tuple", term.T(atoms("a", "b")...), "6802770161770162"},
	{"binary", term.BinaryString("hi"), "6d000000026869"},
	{"bits", &term.Bits{Data: []byte{0xA0}, Len: 3}, "4d0000000103a0"},
	{"bits from the middle", (&term.Bits{Data: []byte{0x1F, 0xFF}, Len: 16}).Sub(3, 10), "4d0000000202ffc0"},
	{"map", term.MapOf(term.MakeInt(1), term.A("a")), "74000000016101770161"},
	{"empty map", term.EmptyMap, "7400000000"},
	{"pid", &term.Pid{Node: term.A("a@b"), ID: 9, Serial: 1, Creation: 7}, "587703614062000000090000000100000007"},
	{"port", &term.Port{Node: term.A("a@b"), ID: 3, Creation: 7}, "787703614062000000000000000300000007"},
	{"ref", &term.Ref{Node: term.A("a@b"), Creation: 7, N: 3, ID: [5]uint32{1, 2, 3}},
		"5a0003770361406200000007000000010000000200000003"},
	{"export", &term.Export{Module: term.A("lists"), Name: term.A("map"), Arity: 2}, "7177056c6973747377036d61706102"},
	{"fun", &term.Fun{
		Lambda: &term.Lambda{Module: term.A("m"), Index: 2, OldIndex: 2, OldUniq: 1 << 20, Uniq: [16]byte{1}, Arity: 1, NumFree: 1},
		Env:    []term.Term{term.A("x")}, Creator: &term.Pid{Node: term.A("a@b"), ID: 9},
	}, "70" + "0000003c" + "01" + "01000000000000000000000000000000" + "00000002" + "00000001" +
		"77016d" + "6102" + "6200100000" + "5877036140620000000900000000" + "00000000" + "770178"},
}

func TestEncode(t *testing.T) {
	for _, c := range cases {
		b, err := Encode(c.t)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := hex.EncodeToString(b); got != "83"+c.hex {
			t.Errorf("%s:\n got %s\nwant 83%s", c.name, got, c.hex)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, c := range cases {
		b, _ := hex.DecodeString("83" + c.hex)
		got, used, err := Decode(append(b, 0xEE))
		if err != nil || used != len(b) || !term.Identical(got, c.t) {
			t.Errorf("%s: got %#v, %d of %d bytes, %v", c.name, got, used, len(b), err)
		}
		for n := range b {
			if _, _, err := Decode(b[:n]); err == nil {
				t.Errorf("%s: the first %d bytes decode", c.name, n)
			}
		}
	}
}

// Old forms, and those that only other implementations write.
func TestDecodeOld(t *testing.T) {
	node := term.A("a@b")
	for _, c := range []struct {
		name string
		want term.Term
		hex  string
	}{
		{"atom", term.A("ÿ"), "640001ff"},
		{"small atom", term.A("ÿ"), "7301ff"},
		{"float", term.Float(1.5), "63" + hex.EncodeToString([]byte("1.50000000000000000000e+00\x00\x00\x00\x00\x00"))},
		{"pid", &term.Pid{Node: node, ID: 9, Creation: 3}, "67770361406200000009" + "00000000" + "03"},
		{"port", &term.Port{Node: node, ID: 9, Creation: 3}, "6677036140620000000903"},
		{"new port", &term.Port{Node: node, ID: 9, Creation: 3}, "5977036140620000000900000003"},
		{"reference", &term.Ref{Node: node, Creation: 3, N: 1, ID: [5]uint32{9}}, "6577036140620000000903"},
		{"new reference", &term.Ref{Node: node, Creation: 3, N: 2, ID: [5]uint32{9, 1}}, "720002770361406203" + "0000000900000001"},
		{"list of none", term.MakeInt(3), "6c000000006103"},
		{"string of none", term.EmptyList, "6b0000"},
		{"small big", term.MakeInt(-3), "6e010503"},
		{"big of none", term.MakeInt(0), "6e0000"},
		{"large tuple", term.T(term.MakeInt(1)), "69000000016101"},
		{"eight bits", term.Binary([]byte{0xFF}), "4d0000000108ff"},
		{"export with large arity", &term.Export{Module: term.A("a"), Name: term.A("b"), Arity: 7}, "71770161770162" + "6200000007"},
	} {
		b, _ := hex.DecodeString("83" + c.hex)
		got, used, err := Decode(b)
		if err != nil || used != len(b) || !term.Identical(got, c.want) {
			t.Errorf("%s: got %#v, %d of %d bytes, %v", c.name, got, used, len(b), err)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, c := range []struct{ name, hex string }{
		{"no version", "6101"},
		{"unknown tag", "8300"},
		{"cached atom without header", "835200"},
		{"bits without bytes", "834d0000000000"},
		{"no bits", "834d0000000100ff"},
		{"nine bits", "834d0000000109ff"},
		{"key twice", "837400000002610161016101" + "6102"},
		{"infinity", "83467ff0000000000000"},
		{"not UTF-8", "837702ffff"},
		{"long Latin-1 atom", "83640100" + strings.Repeat("61", 256)},
		{"long atom", "83760100" + strings.Repeat("61", 256)},
		{"reference of none", "835a000077016100000000"},
		{"reference of six", "835a0006770161" + strings.Repeat("00", 28)},
		{"negative arity", "8371770161770162" + "62ffffffff"},
		{"huge tuple", "8369ffffffff6101"},
		{"huge list", "836cffffffff6101"},
		{"huge map", "8374ffffffff6101"},
		{"huge map of half", "837480000000" + "6101"},
		{"huge binary", "836dffffffff61"},
		{"huge big", "836fffffffff00"},
		{"compressed bomb", "8350ffffffff789c030000000001"},
		{"compressed rubbish", "8350000000016101"},
		{"float text", "8363" + strings.Repeat("61", 31)},
	} {
		b, err := hex.DecodeString(c.hex)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := Decode(b); err == nil {
			t.Errorf("%s: decodes to %#v", c.name, got)
		}
	}
}

// Counts that each fit the rest of the input but can't all be true must not
// be paid for in memory.
func TestNestedCounts(t *testing.T) {
	b := []byte{tagVersion}
	const n = 1 << 16
	for range n {
		b = append(b, tagLargeTuple, 0, 0, 0xFF, 0xFF)
	}
	if got := testing.AllocsPerRun(1, func() {
		if _, _, err := Decode(b); err == nil {
			t.Error("decodes")
		}
	}); got > 1000 {
		t.Errorf("%v allocations", got)
	}
}

func TestSafe(t *testing.T) {
	d := Decoder{Safe: true}
	if _, _, err := d.Decode([]byte("\x83\x77\x0fnever seen atom")); err != ErrUnsafe {
		t.Error(err)
	}
	if _, ok := term.LookupAtom("never seen atom"); ok {
		t.Error("the atom was made")
	}
	if v, _, err := d.Decode([]byte("\x83\x77\x02ok")); err != nil || v != term.Ok {
		t.Error(v, err)
	}
}

func TestDeep(t *testing.T) {
	v := term.Term(term.EmptyList)
	const n = 1 << 20
	for range n {
		v = term.T(term.List(v))
	}
	b, err := Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	got, used, err := Decode(b)
	if err != nil || used != len(b) {
		t.Fatal(used, err)
	}
	for range n {
		got = got.(*term.Tuple).Elems[0].(*term.Cons).Head
	}
	if got != term.EmptyList {
		t.Error(got)
	}
}

func TestStringLimit(t *testing.T) {
	for _, c := range []struct{ n, size int }{{65535, 3 + 65535}, {65536, 5 + 2*65536 + 1}} {
		b, _ := Encode(term.ByteList(make([]byte, c.n)))
		if len(b) != 1+c.size {
			t.Errorf("%d: %d bytes", c.n, len(b))
		}
	}
}

func TestCompressed(t *testing.T) {
	v := term.List(term.Binary(make([]byte, 100000)), term.A("x"))
	b, err := (&Encoder{Compressed: 6}).Encode(v)
	if err != nil || len(b) > 1000 || b[1] != tagCompressed {
		t.Fatal(len(b), err)
	}
	got, used, err := Decode(append(b, 1, 2, 3))
	if err != nil || used != len(b) || !term.Identical(v, got) {
		t.Error(used, len(b), err)
	}
	if _, _, err := (&Decoder{MaxSize: 1000}).Decode(b); err != ErrTooLarge {
		t.Error(err)
	}
	b[len(b)-1]++
	if _, _, err := Decode(b); err == nil {
		t.Error("wrong checksum passes")
	}
	if b, _ := (&Encoder{Compressed: 6}).Encode(term.Ok); len(b) != 5 {
		t.Errorf("small term compressed: %x", b)
	}
}

func TestVector(t *testing.T) {
	large := term.Binary(bytes.Repeat([]byte{7}, vectorMin))
	fun := &term.Fun{Lambda: &term.Lambda{Module: term.A("m"), NumFree: 1}, Env: []term.Term{large}}
	for _, v := range []term.Term{term.Ok, large, term.List(term.Ok, large, large, fun), term.T(large, term.MapOf(large, large))} {
		want, _ := Encode(v)
		vec, err := new(Encoder).AppendVector([][]byte{{tagVersion}}, v)
		if err != nil {
			t.Error(err)
		}
		if got := bytes.Join(vec, nil); !bytes.Equal(got, want) {
			t.Errorf("%d bytes, want %d", len(got), len(want))
		}
	}
	vec, _ := new(Encoder).AppendVector(nil, large)
	if len(vec) != 2 || &vec[1][0] != &large.Data[0] {
		t.Error("the binary was copied")
	}
}

type cache struct{ atoms []term.Atom }

func (c *cache) AppendAtom(b []byte, a term.Atom) []byte {
	c.atoms = append(c.atoms, a)
	return append(b, tagAtomCacheRef, byte(len(c.atoms)-1))
}

func (c *cache) CachedAtom(i byte) (term.Atom, bool) {
	if int(i) >= len(c.atoms) {
		return term.Atom{}, false
	}
	return c.atoms[i], true
}

func TestAtomCache(t *testing.T) {
	var c cache
	v := term.List(term.Ok, &term.Pid{Node: term.A("a@b"), ID: 1}, term.A("x"))
	b, err := (&Encoder{Atoms: &c}).Append(nil, v)
	if err != nil || bytes.Contains(b, []byte("a@b")) {
		t.Fatal(b, err)
	}
	got, used, err := (&Decoder{Atoms: &c}).DecodeBare(b)
	if err != nil || used != len(b) || !term.Identical(v, got) {
		t.Error(got, err)
	}
	if _, _, err := (&Decoder{Atoms: &cache{}}).DecodeBare(b); err == nil {
		t.Error("an index that the header does not have")
	}
}

func TestOldMinor(t *testing.T) {
	for _, c := range []struct {
		minor int
		t     term.Term
		hex   string
	}{
		{1, term.A("foo"), "640003666f6f"},
		{1, term.A("é"), "640001e9"},
		{1, term.A("ж"), "7702d0b6"},
		{1, term.Float(1.5), "463ff8000000000000"},
		{2, term.Float(1.5), "63" + hex.EncodeToString([]byte("1.50000000000000000000e+00\x00\x00\x00\x00\x00"))},
	} {
		b, _ := (&Encoder{OldMinor: c.minor}).Encode(c.t)
		if got := hex.EncodeToString(b); got != "83"+c.hex {
			t.Errorf("%#v: got %s, want 83%s", c.t, got, c.hex)
		}
	}
}

func TestNodeName(t *testing.T) {
	e := Encoder{Node: term.A("a@b"), Creation: 7}
	b, _ := e.Encode(&term.Pid{Node: term.NoNode, ID: 9})
	want, _ := Encode(&term.Pid{Node: term.A("a@b"), ID: 9, Creation: 7})
	if !bytes.Equal(b, want) {
		t.Errorf("%x", b)
	}
}

func FuzzDecode(f *testing.F) {
	for _, c := range cases {
		b, _ := hex.DecodeString("83" + c.hex)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, used, err := Decode(b)
		if err != nil {
			return
		}
		if used > len(b) {
			t.Fatalf("%d of %d bytes", used, len(b))
		}
		again, err := Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		w, used, err := Decode(again)
		if err != nil || used != len(again) || !term.Identical(v, w) {
			t.Fatalf("%x is %#v, again %#v, %v", b, v, w, err)
		}
	})
}

func BenchmarkEncodeBinary(b *testing.B) {
	v := term.T(term.Ok, term.Binary(make([]byte, 1<<20)))
	b.SetBytes(1 << 20)
	b.ReportAllocs()
	for range b.N {
		Encode(v)
	}
}

func mixed() term.Term {
	var l []term.Term
	for i := range 1000 {
		l = append(l, term.T(term.A("key"), term.MakeInt(int64(i)), term.BinaryString("value"), term.List(term.Ok, term.Float(1)),
			&term.Pid{Node: term.A("a@b"), ID: 1}, term.String("some text")))
	}
	return term.List(l...)
}

func BenchmarkEncode(b *testing.B) {
	v := mixed()
	enc, _ := Encode(v)
	b.SetBytes(int64(len(enc)))
	b.ReportAllocs()
	for range b.N {
		Encode(v)
	}
}

func BenchmarkDecode(b *testing.B) {
	enc, _ := Encode(mixed())
	b.SetBytes(int64(len(enc)))
	b.ReportAllocs()
	for range b.N {
		Decode(enc)
	}
}
