-- Asks for rooms in turn. Arguments after the URL: how many there are, and after which to begin.
local path = "/v2/api/active-calls/call-%07d"
local count, room, constant

function init(args)
   count, room = tonumber(args[1]), tonumber(args[2])
   if count == 1 then constant = wrk.format(nil, path:format(room)) end
end

function request()
   if constant then return constant end
   room = (room + 1) % count
   return wrk.format(nil, path:format(room))
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(('\nRESULT {"requests": %d, "seconds": %.6f, "bytes": %d, "p50": %.6f, "p99": %.6f, "errors": %d}\n'):format(
      summary.requests, summary.duration / 1e6, summary.bytes,
      latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
      errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
