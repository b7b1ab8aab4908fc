// Package parser turns Erlang source into tokens and syntax trees, runs the
// preprocessor over it, and prints trees back as source. It imports nothing
// of the project.
package parser
