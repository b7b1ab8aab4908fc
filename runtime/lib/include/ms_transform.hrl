%% What a module includes to have ets:fun2ms/1 and dbg:fun2ms/1 translated.
-compile({parse_transform, ms_transform}).
