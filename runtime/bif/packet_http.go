package bif

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"ersh/runtime/term"
)

// httpHeaders are the fields known by number, from 1.
var httpHeaders = strings.Fields(`Cache-Control Connection Date Pragma Transfer-Encoding Upgrade Via Accept Accept-Charset
	Accept-Encoding Accept-Language Authorization From Host If-Modified-Since If-Match If-None-Match If-Range If-Unmodified-Since
	Max-Forwards Proxy-Authorization Range Referer User-Agent Age Location Proxy-Authenticate Public Retry-After Server Vary Warning
	Www-Authenticate Allow Content-Base Content-Encoding Content-Language Content-Length Content-Location Content-Md5 Content-Range
	Content-Type Etag Expires Last-Modified Accept-Ranges Set-Cookie Set-Cookie2 X-Forwarded-For Cookie Keep-Alive Proxy-Connection`)

var httpHeaderNumber = func() map[string]int {
	m := make(map[string]int)
	for i, name := range httpHeaders {
		m[strings.ToLower(name)] = i + 1
	}
	return m
}()

var httpMethods = map[string]bool{"OPTIONS": true, "GET": true, "HEAD": true, "POST": true, "PUT": true, "DELETE": true, "TRACE": true}

// httpLength is the length of a line of HTTP. A header goes on in lines that
// begin with white space, so one more character is needed to tell.
func httpLength(kind packetKind, b []byte, o packetOptions) (int, bool) {
	header := kind == packetHTTPHeader || kind == packetHTTPHeaderBin
	from := 0
	for {
		i := bytes.IndexByte(b[from:], '\n')
		if i < 0 {
			return 0, o.max == 0 || len(b) < o.max
		}
		n := from + i + 1
		if o.max > 0 && n > o.max {
			return 0, false
		}
		if !header || n <= 2 && len(bytes.TrimRight(b[:n], "\r\n")) == 0 {
			return n, true
		}
		if n == len(b) {
			return 0, true
		}
		if b[n] != ' ' && b[n] != '\t' {
			return n, true
		}
		from = n
	}
}

// httpText makes the strings of a packet: lists or binaries.
type httpText bool

func (binary httpText) term(b []byte) term.Term {
	if binary {
		return term.Binary(b)
	}
	return term.ByteList(b)
}

var (
	aHTTPRequest  = term.A("http_request")
	aHTTPResponse = term.A("http_response")
	aHTTPHeader   = term.A("http_header")
	aHTTPEoh      = term.A("http_eoh")
	aHTTPError    = term.A("http_error")
	aAbsPath      = term.A("abs_path")
	aAbsoluteURI  = term.A("absoluteURI")
	aScheme       = term.A("scheme")
)

// httpPacket reads a line of HTTP.
func httpPacket(kind packetKind, b []byte) term.Term {
	text := httpText(kind == packetHTTPBin || kind == packetHTTPHeaderBin)
	line := bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
	var t term.Term
	switch {
	case kind == packetHTTPHeader || kind == packetHTTPHeaderBin:
		if len(line) == 0 {
			return aHTTPEoh
		}
		t = text.header(line)
	case bytes.HasPrefix(line, []byte("HTTP/")):
		t = text.response(line)
	default:
		t = text.request(line)
	}
	if t == nil {
		return term.T(aHTTPError, text.term(b))
	}
	return t
}

// httpToken reports whether b is a token of HTTP.
func httpToken(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c >= 0x7F || strings.IndexByte(`()<>@,;:\"/[]?={}`, c) >= 0 {
			return false
		}
	}
	return true
}

func (text httpText) header(line []byte) term.Term {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok || !httpToken(name) {
		return nil
	}
	value = bytes.TrimLeft(value, " \t")
	number := httpHeaderNumber[strings.ToLower(string(name))]
	var field term.Term
	if number > 0 {
		field = term.A(httpHeaders[number-1])
	} else {
		field = text.term(capitalised(name))
	}
	return term.T(aHTTPHeader, num(number), field, text.term(name), text.term(value))
}

// httpNameMax is the longest name that is capitalised.
const httpNameMax = 50

// capitalised writes each word of a field's name with one capital.
func capitalised(name []byte) []byte {
	out := bytes.ToLower(name)
	if len(name) > httpNameMax {
		return name
	}
	for i, c := range out {
		if (i == 0 || out[i-1] == '-') && c >= 'a' && c <= 'z' {
			out[i] = c - 'a' + 'A'
		}
	}
	return out
}

// httpVersion reads HTTP/Major.Minor.
func httpVersion(b []byte) term.Term {
	rest, ok := bytes.CutPrefix(b, []byte("HTTP/"))
	major, minor, ok1 := strings.Cut(string(rest), ".")
	x, err := strconv.ParseUint(major, 10, 31)
	y, err1 := strconv.ParseUint(minor, 10, 31)
	if !ok || !ok1 || err != nil || err1 != nil {
		return nil
	}
	return term.T(num(int(x)), num(int(y)))
}

func (text httpText) response(line []byte) term.Term {
	version, rest, _ := bytes.Cut(line, []byte(" "))
	code, phrase, _ := bytes.Cut(bytes.TrimLeft(rest, " "), []byte(" "))
	v := httpVersion(version)
	n, err := strconv.ParseUint(string(code), 10, 31)
	if v == nil || err != nil {
		return nil
	}
	return term.T(aHTTPResponse, v, num(int(n)), text.term(bytes.TrimLeft(phrase, " ")))
}

func (text httpText) request(line []byte) term.Term {
	method, rest, _ := bytes.Cut(line, []byte(" "))
	words := bytes.FieldsFunc(rest, func(r rune) bool { return r == ' ' })
	if len(method) == 0 || !httpToken(method) || len(words) == 0 || len(words) > 2 {
		return nil
	}
	var version term.Term = term.T(num(0), num(9))
	if len(words) == 2 {
		if version = httpVersion(words[1]); version == nil {
			return nil
		}
	}
	var m term.Term = text.term(method)
	if httpMethods[string(method)] {
		m = term.A(string(method))
	}
	return term.T(aHTTPRequest, m, text.uri(words[0]), version)
}

func (text httpText) uri(b []byte) term.Term {
	if len(b) == 1 && b[0] == '*' {
		return term.A("*")
	}
	if b[0] == '/' {
		return term.T(aAbsPath, text.term(b))
	}
	for _, scheme := range []string{"http", "https"} {
		if n := len(scheme) + 3; len(b) >= n && strings.EqualFold(string(b[:n]), scheme+"://") {
			host, path := b[n:], []byte("/")
			if i := bytes.IndexByte(host, '/'); i >= 0 {
				host, path = host[:i], host[i:]
			}
			var port term.Term = term.Undefined
			if h, p, ok := bytes.Cut(host, []byte(":")); ok {
				host = h
				if v, err := strconv.ParseUint(string(p), 10, 31); err == nil && v <= math.MaxUint16 {
					port = num(int(v))
				}
			}
			return term.T(aAbsoluteURI, term.A(scheme), text.term(host), port, text.term(path))
		}
	}
	if scheme, rest, ok := bytes.Cut(b, []byte(":")); ok {
		return term.T(aScheme, text.term(scheme), text.term(rest))
	}
	return text.term(b)
}
