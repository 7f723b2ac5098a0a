-- Commands beside each other: somebody says a line in one of many rooms.
local rooms, path = 100, "/_mock/workspaces/ws-%d/rooms/room-%d/events"
local body = '{"type": "say", "role": "agent", "content": "line"}'

request = function()
  local target = string.format(path, math.random(20), math.random(rooms))
  return wrk.format("POST", target, { ["content-type"] = "application/json" }, body)
end

done = function(summary)
  io.write(string.format("acknowledged: %d\n", summary.requests - summary.errors.status))
end

init = function(arguments)
  math.randomseed(tonumber(arguments[1] or "1"))
end
