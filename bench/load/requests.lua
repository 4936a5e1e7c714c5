-- Sends a list of requests that was made beforehand, each line once (or over and over), and says what came back.
--
--   wrk -s requests.lua URL -- TEMPLATE LINES once|again
--
-- TEMPLATE is a raw HTTP request in pieces parted by the byte 30; a line holds what goes between them, parted by tabs.
-- With several templates, parted by the byte 29, the first field of each line is the number of its template.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  statuses = {}
  exhausted = false
  templates, lines, position = {}, {}, 0
  local file = assert(io.open(args[1], "rb"))
  for template in (file:read("*a") .. "\29"):gmatch("([^\29]*)\29") do
    local pieces = {}
    for piece in (template .. "\30"):gmatch("([^\30]*)\30") do
      pieces[#pieces + 1] = piece
    end
    templates[#templates + 1] = pieces
  end
  file:close()
  for line in io.lines(args[2]) do
    lines[#lines + 1] = line
  end
  again = args[3] == "again"
end

function request()
  if position == #lines then
    if again then
      position = 0
    else
      exhausted = true
      wrk.thread:stop()
      position = #lines - 1
    end
  end
  position = position + 1
  local pieces, line = templates[1], lines[position]
  if #templates > 1 then
    local number, rest = line:match("^(%d+)\t(.*)$")
    pieces, line = templates[tonumber(number)], rest
  end
  if #pieces == 1 then
    return pieces[1]
  end
  local parts, n = { pieces[1] }, 1
  for field in (line .. "\t"):gmatch("([^\t]*)\t") do
    n = n + 1
    parts[2 * n - 2] = field
    parts[2 * n - 1] = pieces[n]
  end
  return table.concat(parts)
end

function response(status)
  local key = tostring(status)
  statuses[key] = (statuses[key] or 0) + 1
end

function done(summary, latency)
  local counted, ended = {}, false
  for _, thread in ipairs(threads) do
    ended = ended or thread:get("exhausted")
    for key, n in pairs(thread:get("statuses")) do
      counted[key] = (counted[key] or 0) + n
    end
  end
  local said = {}
  for key, n in pairs(counted) do
    said[#said + 1] = string.format('"%s":%d', key, n)
  end
  local e = summary.errors
  print(string.format(
    'RESULT {"driver":"wrk","requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f,'
      .. '"socket_errors":%d,"exhausted":%s,"statuses":{%s}}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, e.connect + e.read + e.write + e.timeout, tostring(ended), table.concat(said, ",")))
end
