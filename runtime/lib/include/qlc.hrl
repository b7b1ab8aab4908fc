%% qlc:q/1,2 is translated by qlc.
-compile({parse_transform, qlc}).
