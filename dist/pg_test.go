package dist_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestProcessGroups(t *testing.T) {
	for i, releases := range [][]int{{0, 0}, {0, 29}, {25, 0}, {27, 0, 29}} {
		t.Run(strings.Join(strings.Fields(fmt.Sprint(releases)), ","), func(t *testing.T) {
			nodes := startCluster(t, fmt.Sprintf("pg%d", i), releases...)
			first, last := nodes[0], nodes[len(nodes)-1]
			for _, m := range nodes {
				m.is("element(1, pg:start(things))", "ok")
				m.is("register(mine, "+waiting+"), register(other, "+waiting+"), ok", "ok")
				m.is("pg:join(things, early, whereis(mine))", "ok")
			}
			for _, m := range nodes[1:] {
				first.connect(m)
			}
			// Each process of a group as often as it has joined.
			of := func(group string) string {
				return "lists:sort([node(P) || P <- pg:get_members(things, " + group + ")])"
			}
			list := func(nodes ...*member) string {
				var names []string
				for _, m := range nodes {
					names = append(names, m.name)
				}
				return "[" + strings.Join(names, ",") + "]"
			}
			for _, m := range nodes {
				m.becomes(of("early"), list(nodes...))
			}
			// A subscriber is told what changes, the rest is for who looks.
			last.is("register(watch, spawn(fun() -> {R, Now} = pg:monitor_scope(things), (fun F(Seen) -> receive {seen, P} -> P ! {Now, lists:reverse(Seen)}, F(Seen); {R, What, G, Ps} -> F([{What, G, length(Ps)} | Seen]) end end)([]) end)), ok", "ok")
			last.becomes("watch ! {seen, self()}, receive {Now, _} -> [{G, length(Ps)} || {G, Ps} <- maps:to_list(Now)] end",
				fmt.Sprintf("[{early,%d}]", len(nodes)))
			first.is("pg:join(things, {a, b}, [whereis(mine), whereis(other), whereis(mine)])", "ok")
			for _, m := range nodes {
				m.becomes(of("{a, b}"), list(first, first, first))
			}
			first.is("pg:leave(things, {a, b}, whereis(mine))", "ok")
			first.is("pg:leave(things, early, whereis(other))", "not_joined")
			for _, m := range nodes {
				m.becomes(of("{a, b}"), list(first, first))
				m.is("lists:sort(pg:which_groups(things))", "[early,{a,b}]")
			}
			last.is("pg:get_local_members(things, {a, b})", "[]")
			first.is("mine ! stop, ok", "ok")
			for _, m := range nodes {
				m.becomes(of("{a, b}"), list(first))
				m.becomes("length(pg:get_members(things, early))", fmt.Sprint(len(nodes)-1))
			}
			last.becomes("watch ! {seen, self()}, receive {_, Seen} -> lists:sort(Seen) end",
				"[{join,{a,b},3},{leave,early,1},{leave,{a,b},1},{leave,{a,b},1}]")
			first.is("exit(whereis(things), kill)", "true")
			for _, m := range nodes[1:] {
				m.becomes("pg:which_groups(things)", "[early]")
			}
		})
	}
}
