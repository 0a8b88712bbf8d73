"""From LLVM's text to machine code, by llvmlite."""

from functools import cache


@cache
def library():
    """llvmlite's binding, and what is known of this machine. Raises ImportError where it is not installed."""
    try:
        import llvmlite.binding as llvm
    except ImportError:
        raise ImportError("capture: native code needs llvmlite, which is not installed; write pip install llvmlite") from None
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


@cache
def features():
    """(processor, its instructions), as LLVM names them; generic code where it knows neither."""
    llvm = library()
    try:
        return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    except RuntimeError:
        return "", ""


SHORT = 1_500  # operations one after the other, up to which LLVM's passes may look at the whole


def compiled(text, with_loops, length):
    """The machine code of a module, which lives as long as what is returned. LLVM's passes are for functions with loops:
    the others are as good as they can be."""
    llvm = library()
    module = llvm.parse_assembly(text)
    cpu, instructions = features()
    machine = llvm.Target.from_default_triple().create_target_machine(cpu=cpu, features=instructions, opt=1, jit=True)
    if with_loops:
        options = llvm.create_pipeline_tuning_options(speed_level=1)
        options.loop_vectorization = True
        builder = llvm.create_pass_builder(machine, options)
        if length < SHORT:
            builder.getModulePassManager().run(module, builder)
        else:
            passes = builder.getFunctionPassManager()
            for name in with_loops:
                passes.run(module.get_function(name), builder)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine
