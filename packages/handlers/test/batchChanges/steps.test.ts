import { Git } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs"
import { ask } from "../support/history.ts"
import { repositoryWith, runOne, runSpec, specForge, specText } from "./support/specs.ts"

/** One repository, one step or several. */
const inOne = (name: string, ...steps: ReadonlyArray<string | Readonly<Record<string, unknown>>>) =>
  specText({
    description: "About it",
    on: [{ repository: name }],
    steps: steps.map((step) => (typeof step === "string" ? { run: step } : step))
  })

/** What a step writes. */
const said = Effect.fnUntraced(function* (
  name: string,
  ...steps: Parameters<typeof inOne> extends [string, ...infer S] ? S : never
) {
  const { result, row } = yield* runOne(inOne(name, ...steps), { cache: false })
  assert.strictEqual(row.failureMessage, null)
  return result!.steps.at(-1)!.stdout
})

layer(specForge(), { excludeTestServices: true })("the steps of a batch spec", (it) => {
  it.effect("give the diff of what they did, in their order", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith({
        "a.txt": "one\n",
        "b.txt": "two\n",
        "c.txt": "1\n2\n3\n4\n5\n6\n7\n8\n"
      })
      const { diff, result, row } = yield* runOne(
        inOne(
          name,
          "echo three >> a.txt",
          "cp a.txt new.txt",
          "rm b.txt",
          "git mv c.txt moved.txt; echo 9 >> moved.txt"
        )
      )

      assert.strictEqual(row.state, "completed")
      assert.include(String(diff), "diff --git a/a.txt b/a.txt")
      assert.include(String(diff), "+three")
      assert.include(String(diff), "new file mode 100644")
      assert.include(String(diff), "deleted file mode 100644")
      assert.notInclude(String(diff), "rename from")
      assert.deepStrictEqual(result!.changedPaths, {
        modified: ["a.txt"],
        added: ["new.txt"],
        deleted: ["b.txt"],
        renamed: ["moved.txt"]
      })
      assert.deepStrictEqual(
        result!.steps.map(({ changedPaths, exitCode }) => [exitCode, ...Object.values(changedPaths).flat()]),
        [
          [0, "a.txt"],
          [0, "new.txt"],
          [0, "b.txt"],
          [0, "moved.txt"]
        ]
      )
    })
  )

  it.effect("leave out what is ignored, and take in binary files, modes and links", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith({ ".gitignore": "ignored\n", "run.sh": "true\n" })
      const { diff, result } = yield* runOne(
        inOne(name, `touch ignored; chmod +x run.sh; ln -s run.sh link; head -c 300 /dev/zero > zeros`)
      )

      assert.deepStrictEqual(result!.changedPaths, {
        modified: ["run.sh"],
        added: ["link", "zeros"],
        deleted: [],
        renamed: []
      })
      assert.include(String(diff), "old mode 100644\nnew mode 100755")
      assert.include(String(diff), "new file mode 120000")
      assert.include(String(diff), "GIT binary patch")
    })
  )

  it.effect("see the templates filled in", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const output = yield* said(
        name,
        {
          run: "echo a > added; echo b >> a.txt; echo told; echo warned >&2",
          outputs: {
            said: { value: "${{ step.stdout }}${{ step.added_files }}" },
            list: { value: '["x", {"y": 1}]', format: "json" },
            map: { value: "k: [1, 2]", format: "yaml" }
          }
        },
        {
          run: `cat <<'END'
\${{ repository.name }} \${{ repository.branch }} [\${{ repository.search_result_paths }}]
\${{ batch_change.name }} \${{ batch_change.description }}
\${{ previous_step.modified_files }} \${{ previous_step.added_files }} [\${{ previous_step.deleted_files }}]
\${{ previous_step.stdout }}\${{ previous_step.stderr }}\${{ steps.modified_files }} [\${{ steps.path }}]
\${{ outputs.said }} \${{ outputs.list }} \${{ outputs.map.k }}
END`
        }
      )

      assert.strictEqual(
        output,
        `${name} main []\na-spec About it\na.txt added []\ntold\nwarned\na.txt []\ntold\nadded x {"y":1} 1 2\n`
      )
    })
  )

  it.effect("run only where their condition holds", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { result } = yield* runOne(
        inOne(
          name,
          {
            run: "echo no > no.txt",
            if: '${{ matches repository.name "other/*" }}',
            outputs: { answer: { value: "yes" } }
          },
          { run: "echo [${{ outputs.answer }}]", if: "${{ not outputs.answer }}" },
          { run: "echo never", if: false }
        )
      )

      assert.deepStrictEqual(
        result!.steps.map(({ command }) => command),
        [null, "echo []", null]
      )
      assert.deepStrictEqual(result!.changedPaths.added, [])
    })
  )

  it.effect("see nothing of the worker's environment", () =>
    Effect.gen(function* () {
      const { name, path } = yield* repositoryWith()
      const output = yield* said(name, { run: "env; ls -a $HOME $TMPDIR", env: { MINE: "this" } })

      const names = output.split("\n").flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? [])
      assert.sameMembers(
        names.filter((each) => each !== "_"),
        ["DROVER_FILES", "DROVER_STEP", "GIT_CONFIG_NOSYSTEM", "HOME", "LANG", "MINE", "PATH", "PWD", "TMPDIR"]
      )
      assert.notInclude(output, path)
      assert.match(output, /home:\n\.\n\.\.\n\n.*tmp:\n\.\n\.\.\n$/s)
    })
  )

  it.effect("have no input and no open files but their outputs", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { temporaryFolder } = yield* Git
      const witness = `${yield* temporaryFolder}/witness`
      yield* Effect.acquireRelease(
        Effect.sync(() => openSync(witness, "w")),
        (opened) => Effect.sync(() => closeSync(opened))
      )
      const output = yield* said(name, "cat; readlink /proc/$$/fd/0; ls -l /proc/$$/fd")

      assert.match(output, /^\/dev\/null\n/)
      assert.notMatch(output, / [3-9] -> /)
      assert.notInclude(output, witness)
    })
  )

  it.effect("find their files outside of the checkout", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { diff, result } = yield* runOne(
        inOne(name, {
          run: 'cat "$DROVER_FILES/in/side.txt" > got.txt',
          files: { "in/side.txt": "for ${{ repository.branch }}\n" }
        })
      )

      assert.include(String(diff), "+for main\n")
      assert.deepStrictEqual(result!.changedPaths.added, ["got.txt"])
    })
  )

  it.effect("see the branch, its history and what the steps before did, in a git folder of their own", () =>
    Effect.gen(function* () {
      const { git, name } = yield* repositoryWith({ "a.txt": "one\n" }, [{ on: "main", files: { "a.txt": "two\n" } }])
      const output = yield* said(
        name,
        "echo three > a.txt; git config user.name x; git config user.email x@x; git commit -qam mine",
        "git branch --show-current; git log --oneline | wc -l; git rev-parse HEAD; git status --short; git diff --cached | tail -1; git show :a.txt"
      )

      assert.strictEqual(output, `main\n2\n${yield* git.tip("main")}\nM  a.txt\n+three\nthree\n`)
    })
  )

  it.effect("change nothing of the repository, whatever git they run", () =>
    Effect.gen(function* () {
      const { name, path } = yield* repositoryWith()
      const files = () =>
        readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => `${entry.parentPath}/${entry.name}`)
          .map((file) => `${file} ${readFileSync(file).toString("hex")}`)
          .toSorted()
      const before = files()
      const { row } = yield* runOne(
        inOne(
          name,
          "git config user.name x && git config user.email x@x && git config core.fsmonitor false",
          "echo two > a.txt; git -c user.name=x -c user.email=x@x commit -qam two && git branch other && git tag v1",
          "git gc -q --prune=now; git repack -qad; git update-ref -d refs/heads/main; git reflog expire --all"
        )
      )

      assert.strictEqual(row.failureMessage, null)
      assert.deepStrictEqual(files(), before)
      assert.strictEqual(yield* ask(path, "for-each-ref", "--format=%(refname)"), "refs/heads/main")
    })
  )

  it.effect("cannot make Drover's git do anything by what they write in theirs", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith({ "a.txt": "one\n" })
      const { temporaryFolder } = yield* Git
      const witness = `${yield* temporaryFolder}/witness`
      const { diff } = yield* runOne(
        inOne(
          name,
          `git config filter.evil.clean 'touch ${witness}; cat'; git config core.fsmonitor 'touch ${witness}'
           echo '*.txt filter=evil text eol=crlf' > .gitattributes; echo two > a.txt`,
          "rm -rf .git; echo nonsense > .git"
        )
      )

      assert.include(String(diff), "-one\n+two\n")
      assert.isFalse(existsSync(witness))
    })
  )

  it.effect("give the bytes that they wrote, whatever attributes say of line endings", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith({
        ".gitattributes": "* text=auto eol=crlf\n*.id ident\n",
        "dos.txt": "a\r\nb\r\n",
        "k.id": "$Id: x$\n"
      })
      const { diff, result } = yield* runOne(
        inOne(name, `printf 'c\\r\\n' > new.txt; od -c dos.txt | head -1; cat k.id`)
      )

      assert.deepStrictEqual(result!.changedPaths, { modified: [], added: ["new.txt"], deleted: [], renamed: [] })
      assert.include(String(diff), "+c\r\n")
      assert.strictEqual(result!.steps[0]!.stdout, "0000000   a  \\r  \\n   b  \\r  \\n\n$Id: x$\n")
    })
  )

  it.effect("fail for good when a command does, with its exit code and its last words", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { row } = yield* runOne(
        inOne(name, "true", "for i in $(seq 50); do echo line $i >&2; done\nexit 3", "touch never")
      )

      assert.strictEqual(row.state, "failed")
      assert.strictEqual(row.attempt, 1)
      assert.match(
        row.failureMessage!,
        /^Step 2 of 3 ended with exit code 3: for i in \$\(seq 50\); do echo line \$i >&2; done …\nline 31\n.*\nline 50$/s
      )
      assert.strictEqual(row.executionLogs!.length, 2)
      assert.deepInclude(row.executionLogs![1]!, { key: "step.2", exitCode: 3 })
    })
  )

  it.effect("tell of what they said when they complained of nothing", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { row } = yield* runOne(inOne(name, "echo it is so; kill -9 $$"))

      assert.strictEqual(row.failureMessage, "Step 1 of 1 was ended by a signal: echo it is so; kill -9 $$\nit is so")
    })
  )

  it.effect("are killed when their time is up, with all that they started", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { temporaryFolder } = yield* Git
      const folder = yield* temporaryFolder
      // in the group; out of it; and one that asks to be let live
      const { row } = yield* runOne(
        inOne(name, {
          run: `sleep 987 & echo $! > ${folder}/group
                setsid sh -c 'echo $$ > ${folder}/session; sleep 986; true' &
                trap '' TERM; echo begun; while true; do sleep 1; done`,
          timeout: "1 seconds"
        })
      )

      assert.strictEqual(row.state, "failed")
      assert.match(row.failureMessage!, /^Step 1 of 1 took longer than 1000 ms and was killed: .*begun$/s)
      for (const file of ["group", "session"]) {
        const pid = readFileSync(`${folder}/${file}`, "utf8").trim()
        assert.isFalse(existsSync(`/proc/${pid}`) && !isZombie(pid), `${file} ${pid} lives on`)
      }
    })
  )

  it.effect("end when their shell does: what is left in the background is killed, and nobody waits for it", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { temporaryFolder } = yield* Git
      const folder = yield* temporaryFolder
      const { row } = yield* runOne(
        inOne(name, `sleep 985 & echo $! > ${folder}/group; setsid sleep 984 & echo $! > ${folder}/session; echo done`)
      )

      assert.strictEqual(row.state, "completed")
      for (const file of ["group", "session"]) {
        const pid = readFileSync(`${folder}/${file}`, "utf8").trim()
        assert.isFalse(existsSync(`/proc/${pid}`) && !isZombie(pid), `${file} lives on`)
      }
    })
  )

  it.effect("keep the beginning and the end of what they write, and say what was cut", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { result } = yield* runOne(inOne(name, "echo first; seq 100000; printf 'nul\\000 bad\\377\\nlast\\n'"), {
        maxOutputBytes: 64
      })

      const { stdout } = result!.steps[0]!
      assert.match(stdout, /^first\n1\n.*\n\[\.\.\. 588\d+ bytes cut \.\.\.\]\n\d+\n.*nul\uFFFD bad\uFFFD\nlast\n$/s)
    })
  )

  it.effect("have no secret in their results, logs or failures", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { result, row } = yield* runOne(
        inOne(
          name,
          {
            run: "echo $API_TOKEN and wide-open; echo https://me:hidden@example.invalid/",
            env: { API_TOKEN: "s3cr3t-value" }
          },
          { run: "echo ${{ previous_step.stdout }} s3cr3t-value >&2; exit 1", env: { API_TOKEN: "s3cr3t-value" } }
        ),
        { secrets: [Redacted.make("wide-open")] }
      )

      const all = JSON.stringify([result, row])
      assert.notMatch(all, /s3cr3t-value|wide-open|hidden/)
      assert.include(all, "******** and ********")
      assert.include(all, "https://********@example.invalid/")
    })
  )

  it.effect("log what they do while they do it", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const { row } = yield* runOne(inOne(name, "echo out; echo err >&2", "echo ${{ repository.branch }}"), {
        cache: false
      })

      assert.deepStrictEqual(
        row.executionLogs!.map(({ command, exitCode, key, out }) => [key, command.at(-1), exitCode, out]),
        [
          ["step.1", "echo out; echo err >&2", 0, "stdout: out\nstderr: err\n"],
          ["step.2", "echo main", 0, "stdout: main\n"]
        ]
      )
    })
  )

  it.effect("fail for good when a template or an output cannot be read", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const failure = (...steps: ReadonlyArray<Readonly<Record<string, unknown>>>) =>
        Effect.map(runOne(inOne(name, ...steps)), ({ row }) => `${row.state} ${row.failureMessage}`)

      assert.match(
        yield* failure({ run: "echo ${{ steps.oops }}" }),
        /^failed `run` of step 1 of 1 cannot be used: there is no `steps\.oops`: there are modified_files/
      )
      assert.match(
        yield* failure({ run: "echo {", outputs: { it: { value: "${{ step.stdout }}", format: "json" } } }),
        /^failed `outputs\.it` of step 1 of 1 cannot be used: it is no JSON: /
      )
    })
  )

  it.effect("fail for good when they leave a repository in the repository, or too large a change", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith()
      const embedded = yield* runOne(
        inOne(
          name,
          "git init -q sub && cd sub && touch x && git add x && git -c user.name=x -c user.email=x@x commit -qm x"
        )
      )
      assert.match(embedded.row.failureMessage!, /^What step 1 of 1 left cannot be used: sub became a git repository/)

      const large = yield* runOne(inOne(name, "seq 10000 > large"), { maxDiffBytes: 1000 })
      assert.match(
        large.row.failureMessage!,
        /^What step 1 of 1 left cannot be used: its diff is longer than 1000 bytes/
      )
      assert.strictEqual(large.row.state, "failed")
    })
  )

  it.effect("run in the folder of their workspace, and its change is told from the root", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith({
        "x/go.mod": "x\n",
        "y y/[z]/go.mod": "z\n",
        "other/file": "o\n",
        ".gitignore": "built\n"
      })
      const spec = (onlyFetchWorkspace: boolean) =>
        specText({
          on: [{ repository: name }],
          workspaces: [{ rootAtLocationOf: "go.mod", in: "steps/*", onlyFetchWorkspace }],
          steps: [
            {
              run: "touch built; echo ${{ steps.path }} >> go.mod; cd $(git rev-parse --show-toplevel); find . -path ./.git -prune -o -type f -print | sort"
            }
          ]
        })
      const whole = yield* runSpec(spec(false))
      assert.deepStrictEqual(
        whole.results.map(({ path, result }) => [path, result.changedPaths.modified, result.steps[0]!.stdout]),
        [
          ["x", ["x/go.mod"], "./.gitignore\n./other/file\n./x/built\n./x/go.mod\n./y y/[z]/go.mod\n"],
          ["y y/[z]", ["y y/[z]/go.mod"], "./.gitignore\n./other/file\n./x/go.mod\n./y y/[z]/built\n./y y/[z]/go.mod\n"]
        ]
      )

      const only = yield* runSpec(spec(true))
      assert.deepStrictEqual(
        only.results.map(({ path, result }) => [path, result.changedPaths, result.steps[0]!.stdout]),
        [
          [
            "x",
            { modified: ["x/go.mod"], added: [], deleted: [], renamed: [] },
            "./.gitignore\n./x/built\n./x/go.mod\n"
          ],
          [
            "y y/[z]",
            { modified: ["y y/[z]/go.mod"], added: [], deleted: [], renamed: [] },
            "./.gitignore\n./y y/[z]/built\n./y y/[z]/go.mod\n"
          ]
        ]
      )
      assert.match(Buffer.from(only.results[0]!.diff).toString(), /^diff --git a\/x\/go\.mod b\/x\/go\.mod\n/)
    })
  )

  it.effect("may change what is outside of a workspace that alone was fetched", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith({ "x/go.mod": "x\n", "other/file": "o\n", "other/kept": "k\n" })
      const { results } = yield* runSpec(
        specText({
          on: [{ repository: name }],
          workspaces: [{ rootAtLocationOf: "go.mod", onlyFetchWorkspace: true }],
          steps: [
            { run: "mkdir ../other; echo new > ../other/file" },
            { run: "cat ../other/file > copy; echo more >> ../other/file" }
          ]
        }),
        { cache: false }
      )

      assert.deepStrictEqual(results[0]!.result.changedPaths, {
        modified: ["other/file"],
        added: ["x/copy"],
        deleted: [],
        renamed: []
      })
      assert.include(Buffer.from(results[0]!.diff).toString(), "-o\n+new\n+more\n")
    })
  )

  it.effect("fail when their folder is gone, or leads elsewhere", () =>
    Effect.gen(function* () {
      const { name } = yield* repositoryWith({ "x/go.mod": "x\n" })
      for (const remove of ["cd ..; rm -r x", "cd ..; rm -r x; ln -s /tmp x"]) {
        const { row } = yield* runOne(
          specText({
            on: [{ repository: name }],
            workspaces: [{ rootAtLocationOf: "go.mod" }],
            steps: [{ run: remove }, { run: "pwd" }]
          })
        )
        assert.match(
          row.failureMessage!,
          /^`run` of step 2 of 2 cannot be used: the folder x of the workspace is there no more/
        )
      }
    })
  )
})

const isZombie = (pid: string): boolean => {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))
  } catch {
    return true
  }
}
