package parser

import "fmt"

// eppErrorText is epp:format_error.
func eppErrorText(desc any) string {
	switch d := desc.(type) {
	case string:
		switch d {
		case "missing_parenthesis":
			return "badly formed define: missing closing right parenthesis"
		case "elif_after_else":
			return "'elif' following 'else'"
		case "ftr_after_prefix":
			return "feature directive not allowed after exports or record definitions"
		}
		return d
	case []any:
		switch d[0] {
		case "bad":
			return fmt.Sprintf("badly formed '%s'", d[1])
		case "redefine":
			return fmt.Sprintf("redefining macro '%s'", d[1])
		case "redefine_predef":
			return fmt.Sprintf("redefining predefined macro '%s'", d[1])
		case "duplicated_argument":
			return fmt.Sprintf("argument '%s' already used", d[1])
		case "doc", "moduledoc":
			return fmt.Sprintf("can't find %s file \"%s\"", d[0], d[2])
		case "include":
			return fmt.Sprintf("can't find include %s \"%s\"", d[1], d[2])
		case "depth":
			return fmt.Sprintf("%s too deep", d[1])
		case "illegal":
			return fmt.Sprintf("%s '-%s'", d[1], d[2])
		case "illegal_function":
			return fmt.Sprintf("?%s can only be used within a function", d[1])
		case "mismatch":
			return fmt.Sprintf("argument mismatch for macro '%s'", d[1])
		case "arg_error":
			return fmt.Sprintf("badly formed argument for macro '%s'", d[1])
		case "undefined", "circular":
			if d[2] == "none" {
				return fmt.Sprintf("%s macro '%s'", d[0], d[1])
			}
			return fmt.Sprintf("%s macro '%s/%d'", d[0], d[1], d[2])
		case "call":
			c := d[1].(DescChars)
			return fmt.Sprintf("illegal macro call '%s%s'", c[0], c[1])
		case "expansion":
			return "macro expansion too large"
		}
	}
	return fmt.Sprint(desc)
}
